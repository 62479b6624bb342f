import { humanDuration } from "../src/lib/duration.ts";
import type { Block, Line } from "../src/report/layout.ts";
import { counted } from "../src/lib/counted.ts";
import type { Fact } from "./course.ts";
import type { Difference } from "./differences.ts";
import type { LabRun } from "./lab.ts";

/** What a lab run says to a person: where rehearsal and reality part, and what of that is chance. */
export function labBlocks({ facts, differences, different, cluster, isOver }: LabRun): readonly Block[] {
  const chance = differences.filter(({ seed }) => seed !== undefined);
  const real = differences.filter(({ seed }) => seed === undefined);
  return [
    {
      label: real.length === 0 ? "AGREES" : "PARTS",
      tone: real.length === 0 ? "good" : "error",
      lines: [
        { text: summary(facts, real.length, chance.length) },
        {
          text: `${cluster.name} on a real control plane, ${cluster.version}, with fake kubelets; removed again`,
          tone: "quiet",
        },
        ...(isOver
          ? []
          : [{ text: "The plan was stopped at --limit: compared is what happened until then." }]),
      ],
    },
    ...blockOf("Differ", "error", real.flatMap(linesOf)),
    ...blockOf("Chance", "info", chance.flatMap(linesOf)),
    ...blockOf(
      "Not so",
      "warning",
      different.map((text) => ({ text, hang: 2 })),
    ),
  ];
}

function summary(facts: number, real: number, chance: number): string {
  const rest = chance === 0 ? "" : `; ${counted(chance, "other")} left to chance fell otherwise`;
  return real === 0
    ? `all ${facts} facts that were compared are as rehearsed${rest}.`
    : `${counted(real, "fact")} of ${facts} ${real === 1 ? "is" : "are"} not as rehearsed${rest}.`;
}

function blockOf(label: string, tone: Block["tone"], lines: readonly Line[]): readonly Block[] {
  return lines.length === 0 ? [] : [{ label, ...(tone ? { tone } : {}), lines, gap: true }];
}

function linesOf({ fact, rehearsed, real, seed }: Difference): readonly Line[] {
  return [
    { text: fact, hang: 2 },
    { text: `rehearsed: ${valueOf(rehearsed)}`, indent: 2, hang: 2 },
    { text: `real:      ${valueOf(real)}`, indent: 2, hang: 2 },
    ...(seed === undefined ? [] : [{ text: `as with --seed ${seed}`, indent: 2, tone: "quiet" as const }]),
  ];
}

function valueOf(fact: Fact | undefined): string {
  if (fact === undefined) return "nothing";
  return fact.kind === "millis" ? humanDuration(fact.value) : fact.value;
}
