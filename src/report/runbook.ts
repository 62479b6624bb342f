import { humanDuration } from "../lib/duration.ts";
import { isControlPlane } from "../model/node.ts";
import type { Step } from "../plan/plan.ts";
import { stepAt } from "../plan/step-at.ts";
import { joinedNodes } from "../trace/all-nodes.ts";
import type { Trace } from "../trace/trace.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { escapedMarkdown } from "./markdown.ts";
import { contextSentence } from "./screen.ts";
import { clock } from "./steps.ts";
import { patience, stepCommands, type StepTurn } from "./step-commands.ts";

/** A step as the rehearsal carried it out, with what it predicts. */
interface Stage {
  readonly at: number;
  readonly took: number | undefined;
  readonly what: string;
  readonly step: Step | undefined;
  readonly turn: StepTurn;
}

/**
 * A plan as Markdown that a person can follow: each step with its commands, the predicted moment and time, what to look
 * at afterwards, and when to stop.
 */
export function runbook(trace: Trace, verdict: Verdict): string {
  const { plan } = trace.header;
  const stages = stagesOf(trace);
  const errors = verdict.findings.filter(({ severity, accepted }) => severity === "error" && !accepted);
  const lines = [
    `# ${escapedMarkdown(plan.name)}`,
    "",
    escapedMarkdown(contextSentence(trace, undefined)),
    "",
    verdict.clientMillis === undefined
      ? `**The rehearsal ends with ${verdict.word}: do not begin before that is mended.**`
      : `Predicted: ${humanDuration(verdict.clientMillis)} in all; the rehearsal says ${verdict.word}.`,
    ...(errors.length > 0
      ? [
          "",
          ...errors.map(
            ({ rule, subject, message }) => `- \`${rule}\` ${escapedMarkdown(`${subject}: ${message}`)}`,
          ),
        ]
      : []),
    "",
    "Stop, and look, where a step takes longer than it may, or a check shows something else. What a step has done is not",
    "undone by stopping.",
    ...stages.flatMap((stage, index) => stageLines(stage, index + 1)),
  ];
  return `${lines.join("\n")}\n`;
}

function stageLines({ at, took, what, step, turn }: Stage, number: number): string[] {
  const title = turn.node === "" ? what : `${turn.node}: ${what}`;
  const time =
    took === undefined
      ? `At ${clock(at)}: it does not end in the rehearsal.`
      : `At ${clock(at)}, predicted ${humanDuration(took)}; stop after ${patience(took)}.`;
  const { commands, check, on } = step
    ? stepCommands(step, turn)
    : { commands: [], check: [], on: "kubectl" as const };
  return [
    "",
    `## ${number}. ${escapedMarkdown(title)}`,
    "",
    time,
    ...fenced(
      commands.length === 0 ? "" : on === "node" ? `On ${turn.node || "a control-plane node"}:` : "",
      commands,
    ),
    ...fenced(check.length === 0 ? "" : "Then look:", check),
  ];
}

function fenced(lead: string, commands: readonly string[]): string[] {
  if (commands.length === 0) return [];
  return ["", ...(lead === "" ? [] : [escapedMarkdown(lead), ""]), "```sh", ...commands, "```"];
}

/** The steps that do something, in the order in which the rehearsal began them. */
function stagesOf(trace: Trace): Stage[] {
  const { header, events } = trace;
  const { plan, cluster } = header;
  const planes = new Set(cluster.objects.Node.filter(isControlPlane).map(({ name }) => name));
  const nodes = joinedNodes(trace);
  // By new node: the event of the step that asked for it.
  const joiners = new Map(
    events.flatMap((event) => (event.kind === "node.joining" ? [[event.node, event.cause] as const] : [])),
  );
  const ends = new Map<string, number>();
  for (const event of events) if (event.kind === "step.ended") ends.set(event.step, event.time);
  const seen = new Set<string>();
  return events.flatMap((event, number): Stage[] => {
    if (event.kind !== "step.started") return [];
    const step = stepAt(plan, event.step);
    if (step && isGroup(step)) return [];
    const to = step?.kind === "upgradeControlPlane" ? step.to : "";
    const isFirst = to !== "" && !seen.has(to);
    seen.add(to);
    const end = ends.get(event.step);
    return [
      {
        at: event.time,
        took: end === undefined ? undefined : end - event.time,
        what: event.what,
        step,
        turn: {
          node: event.node,
          isFirst,
          isControlPlane: planes.has(event.node),
          joined: nodes.filter(({ name }) => joiners.get(name) === number),
        },
      },
    ];
  });
}

function isGroup({ kind }: Step): boolean {
  return kind === "rollout" || kind === "parallel" || kind === "sequence";
}
