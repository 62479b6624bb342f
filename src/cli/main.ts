#!/usr/bin/env node
// The first file to run: it has to parse and to say something useful on any Node.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`seatrial needs Node 22.19 or later; this is ${process.version}. See https://nodejs.org`);
  process.exit(2);
}
// Whoever read the output has seen enough (`| head`): it ends as a program that SIGPIPE ends, 128 + 13.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(141);
});
const { run } = await import("./run.ts");
process.exitCode = await run(process.argv.slice(2));
