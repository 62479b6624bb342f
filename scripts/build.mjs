// Bundles src/ into dist/ and lists whose code the bundle contains. `--minify` is for the published package.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { noticesFor } from "./notices.mjs";

const minify = process.argv.includes("--minify");
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

// A build that fails leaves the bundle that was there.
const fresh = `dist.${process.pid}`;
const { metafile } = await build({
  entryPoints: { seatrial: "src/cli/main.ts", "kubectl-rehearse": "src/cli/kubectl-rehearse.ts" },
  outdir: fresh,
  outExtension: { ".js": ".mjs" },
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22",
  jsx: "automatic",
  minify,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
  // Ink asks for it only where a debugger is attached; some dependencies still call require().
  external: ["react-devtools-core"],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  // React's development build keeps a performance entry for each frame.
  define: { "process.env.NODE_ENV": '"production"', __SEATRIAL_VERSION__: JSON.stringify(version) },
});
rmSync("dist", { recursive: true, force: true });
renameSync(fresh, "dist");
if (minify) writeFileSync("THIRD_PARTY_NOTICES.md", noticesFor(metafile));
