import { humanDuration } from "../../lib/duration.ts";
import type { Move } from "../../trace/timelines.ts";
import { counted, listed } from "../../lib/counted.ts";
import { partsOfReturn, sumOf } from "../return-parts.ts";
import { defineOutcomeRule, type Outcome } from "../rule.ts";

/** Shorter waits are not worth a line. */
const noticeableMillis = 10_000;

/**
 * Pods whose way back is mostly the wait for a volume that one node at a time mounts: detached there, attached here.
 * In the field that takes seconds to many minutes (csi-digitalocean#111, Azure/AKS#477, karpenter#1029).
 */
export const slowVolumeMove = defineOutcomeRule({
  id: "slow-volume-move",
  severity: "info",
  title: "A pod's return is mostly the wait for its volume",
  check: (outcome) => {
    const slow = outcome.analysis.moves.flatMap((move) => slowMove(outcome, move) ?? []);
    if (slow.length === 0) return [];
    slow.sort((a, b) => b.volume - a.volume);
    const [worst] = slow;
    const uses = outcome.trace.header.assumptions.filter(({ what }) => what === "volume");
    const isDefault = uses.some(({ origin }) => origin === "default");
    return [
      {
        subject: slow.length === 1 ? worst!.name : counted(slow.length, "pod"),
        weight: 60 + slow.length,
        at: worst!.at,
        message:
          (slow.length === 1
            ? `${worst!.name} waits mostly for its volume: `
            : `${counted(slow.length, "pod")} wait mostly for their volumes: ${worst!.name} `) +
          `${humanDuration(worst!.volume)} of ${humanDuration(worst!.total)} = ${worst!.sum}`,
        details: [
          ...slow.slice(1, 6).map(({ name, sum }) => `${name}: ${sum}.`),
          ...(slow.length > 6 ? [`And ${slow.length - 6} more.`] : []),
          ...(isDefault
            ? [
                `${listed([...new Set(uses.map(({ millis }) => humanDuration(millis)))])} for a volume is Seatrial's default, not measured: assumptions.volumeMove in the plan says otherwise.`,
              ]
            : []),
        ],
        data: {
          pods: slow.map(({ name }) => name),
          workloads: [...new Set(slow.map(({ workload }) => workload))],
          volumeSeconds: worst!.volume / 1_000,
          totalSeconds: worst!.total / 1_000,
        },
      },
    ];
  },
});

interface SlowMove {
  readonly name: string;
  readonly workload: string;
  readonly volume: number;
  readonly total: number;
  readonly sum: string;
  readonly at: number;
}

function slowMove(outcome: Outcome, move: Move): SlowMove | undefined {
  const { replacement, evictedAt, namespace, name, workload } = move;
  const life = replacement && outcome.analysis.lives.get(replacement.pod);
  if (!life || replacement.readyAt === undefined) return undefined;
  const parts = partsOfReturn(outcome, life, evictedAt, replacement.readyAt);
  const volume = parts.find((part) => part.kind === "volume")?.millis ?? 0;
  const total = replacement.readyAt - evictedAt;
  if (volume < noticeableMillis || volume * 2 <= total) return undefined;
  return {
    name: `${namespace}/${name}`,
    workload,
    volume,
    total,
    sum: sumOf(parts),
    at: replacement.scheduledAt ?? evictedAt,
  };
}
