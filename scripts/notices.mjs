// The licences of the packages that end up in the bundle, from what esbuild says it read.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Markdown with a section a package: its name, version, licence and the text of that licence. */
export function noticesFor(metafile) {
  const folders = new Set();
  for (const path of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
    if (match) folders.add(match[1]);
  }
  const packages = [...folders]
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const sections = packages.map(({ folder, name, version, license }) => {
    const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each));
    const text = file
      ? readFileSync(join(folder, file), "utf8").trim()
      : "(the package carries no licence text)";
    return `## ${name} ${version}\n\nLicence: ${license ?? "not stated"}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  });
  return `# Third-party notices\n\nThe bundled \`dist/\` contains code of these packages.\n\n${sections.join("\n")}`;
}
