import { benchLimits } from "./limits.ts";
import { benchScheduler } from "./scheduler.ts";
import { benchSnapshot } from "./snapshot.ts";

/** `npm run bench -- NAME`: measures one part on this machine, beside the real thing where there is one. */
const benches: Readonly<Record<string, () => void | Promise<void>>> = {
  limits: benchLimits,
  scheduler: benchScheduler,
  snapshot: benchSnapshot,
};

const name = process.argv[2] ?? "";
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) await bench();
else {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join("|")}`);
  process.exitCode = 2;
}
