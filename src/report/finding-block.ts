import type { Finding } from "../verdict/verdict.ts";
import type { Block, Line } from "./layout.ts";

/** One finding: its rule and message; for errors (`explains`), and on request for all, what it rests on. */
export function findingBlock(finding: Finding, verbose: boolean, gap: boolean, explains = true): Block {
  const { severity, rule, subject, message, details, accepted } = finding;
  const shows = verbose || (severity === "error" && explains);
  const label = accepted ? "accepted" : severity;
  return {
    label,
    tone: severity,
    gap,
    lines: [
      { text: `${rule}: ${message.startsWith(subject) ? message : `${subject}: ${message}`}`, hang: 2 },
      ...(shows
        ? details.map((text): Line => ({
            text: text.trimStart(),
            indent: text.length - text.trimStart().length,
            hang: 2,
          }))
        : []),
    ],
  };
}
