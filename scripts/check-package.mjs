// Packs the package, installs it where nothing of this repository is, and runs it from there: with the Node that runs
// this, and with the oldest one that package.json claims.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
const oldest = `${engines.node.replace(">=", "")}.0`;
const folder = mkdtempSync(join(tmpdir(), "seatrial-package-"));

function run(command, args, options = {}) {
  return execFileSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
}

function expectText(what, text, ...parts) {
  for (const part of parts)
    if (!text.includes(part)) throw new Error(`${what}: expected ${JSON.stringify(part)} in\n${text}`);
  console.log(`ok: ${what}`);
}

/** Installs a Node of that version from the registry; undefined where this system has none there. */
function nodeOf(version) {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  try {
    run("npm", ["install", "--no-save", "--prefix", "node-of", `${name}@${version}`]);
    return join(folder, "node-of/node_modules", name, "bin/node");
  } catch (error) {
    console.log(`skipped: Node ${version} (${String(error.message).split("\n")[0]})`);
    return undefined;
  }
}

try {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { encoding: "utf8" });
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  run("npm", ["init", "--yes"]);
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`]);
  const home = join(folder, "node_modules/seatrial");
  for (const file of [
    "LICENSE",
    "NOTICE",
    "THIRD_PARTY_NOTICES.md",
    "schemas/plan.schema.json",
    "scenarios/demo.yaml",
  ])
    if (!existsSync(join(home, file))) throw new Error(`${file} is not in the package`);
  if (existsSync(join(folder, "node_modules/@seatrial")))
    throw new Error("the package brings a Node of its own");
  expectText(
    "npx seatrial --help",
    run("npx", ["--offline", "seatrial", "--help"]),
    "drain",
    "rehearse",
    "check",
  );
  const entry = join(home, "dist/seatrial.mjs");
  for (const [name, node] of [
    [`Node ${process.version}`, process.execPath],
    [`Node ${oldest}`, nodeOf(oldest)],
  ]) {
    if (!node) continue;
    expectText(`demo with ${name}`, run(node, [entry, "demo"]), "Steps", "Down", "Next");
    const plan = run(node, [entry, "rehearse", join(home, "scenarios/single-replica.yaml"), "-o", "json"]);
    expectText(`rehearse with ${name}`, plan, '"service-outage"');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
