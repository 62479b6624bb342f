import type { Cluster } from "../model/cluster.ts";
import type { Finding, Severity } from "../verdict/verdict.ts";
import { findingBlock } from "./finding-block.ts";
import type { Block, Line } from "./layout.ts";
import { exitLine } from "./screen.ts";
import { counted } from "../lib/counted.ts";
import { moment } from "./words.ts";

/** What a look at a cluster after a maintenance found, beside what it was before. */
export interface SinceInput {
  readonly before: Cluster;
  readonly after: Cluster;
  readonly findings: readonly Finding[];
  /** Kinds that could not be compared. */
  readonly oneSided: readonly string[];
  readonly exitCode: number;
  readonly next: readonly Line[];
  readonly verbose: boolean;
}

const mostFindings = 12;

/** The blocks of the screen: whether all is as it was, what is not, what to do. */
export function sinceScreen(input: SinceInput): Block[] {
  const { findings, oneSided, next, verbose, exitCode } = input;
  const shown = verbose ? findings : findings.slice(0, mostFindings);
  const rest = findings.length - shown.length;
  const last = exitCode === 0 || next.length === 0 ? next : [...next, exitLine(exitCode)];
  return [
    headline(input),
    ...shown.map((finding, index) => findingBlock(finding, true, index === 0)),
    ...(rest > 0 ? [{ label: "", lines: [{ text: `and ${rest} more (--verbose)` }] }] : []),
    ...(oneSided.length > 0
      ? [
          {
            label: "Unknown",
            gap: true,
            lines: [{ text: `not in the later input, so not compared: ${oneSided.join(", ")}`, hang: 2 }],
          },
        ]
      : []),
    ...(last.length > 0 ? [{ label: "Next", gap: true, lines: last }] : []),
  ];
}

function headline({ before, after, findings }: SinceInput): Block {
  const open = findings.filter(({ accepted }) => !accepted);
  const count = (severity: Severity) => open.filter((finding) => finding.severity === severity).length;
  const said =
    open.length === 0
      ? "nothing that was compared is worse than before."
      : `${counted(open.length, "thing")} not as before: ${counted(count("error"), "error")}, ${counted(count("warning"), "warning")}.`;
  return {
    label: "SINCE",
    tone: count("error") > 0 ? "error" : open.length > 0 ? "warning" : "good",
    lines: [
      { text: said, tone: "strong" },
      {
        text: `Looked at, nothing touched. ${before.name} (${moment(before.asOf)}) beside ${after.name} (${moment(after.asOf)}): nodes, pods, workloads, Services, budgets, autoscalers and webhooks`,
      },
    ],
  };
}
