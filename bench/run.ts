import { benchLimits } from "./limits.ts";
import { benchScheduler } from "./scheduler.ts";

/** `npm run bench -- NAME`: measures one part on this machine, beside the real thing where there is one. */
const benches: Readonly<Record<string, () => void>> = {
  limits: benchLimits,
  scheduler: benchScheduler,
};

const name = process.argv[2] ?? "";
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) bench();
else {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join("|")}`);
  process.exitCode = 2;
}
