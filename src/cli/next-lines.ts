import type { Line } from "../report/layout.ts";
import { shellWord } from "../report/next.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { inputFlags } from "./input-flags.ts";
import type { RehearseOptions } from "./options.ts";

/** What to type next: the same again, once something was changed, or on the timeline. */
export function nextLines(
  path: string,
  { findings }: Verdict,
  hasFix: boolean,
  command: RehearseOptions,
): Line[] {
  const words = ["seatrial rehearse", shellWord(path), ...inputFlags(command)].join(" ");
  const isClean = !findings.some(({ severity, accepted }) => severity === "error" && !accepted);
  if (isClean || !hasFix) return [{ text: `${words} --tui`, isCommand: true, hang: 2 }];
  return [{ text: "one of the fixes above, and then again:" }, { text: words, isCommand: true, hang: 2 }];
}
