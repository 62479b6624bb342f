// Says in one line what to do where the Node that runs this is too old to build with.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `Seatrial is built with Node 22.19 or later; this is ${process.version}. ` +
      "`npm ci` brings a Node of its own on most systems; on this one, install Node 24 from nodejs.org.",
  );
  process.exit(1);
}
