import { humanDuration } from "../lib/duration.ts";
import { isAlwaysOpen, type Window } from "../plan/calendar.ts";
import type { FailurePolicy, Plan, Step } from "../plan/plan.ts";
import { allNodes } from "../trace/all-nodes.ts";
import type { Trace } from "../trace/trace.ts";
import type { Finding, Verdict } from "../verdict/verdict.ts";
import { assumedSentence } from "./assumed.ts";
import { headlineOf } from "./headline.ts";
import type { Check, CommandBlock, Instructions } from "./instructions.ts";
import { escapedMarkdown } from "./markdown.ts";
import { alertCheck } from "./outside-commands.ts";
import { isWindows } from "./package-commands.ts";
import { packageRepository } from "../facts/node-systems.ts";
import { listed } from "../lib/counted.ts";
import { type Stage, stagesOf, turnAtEnd } from "./runbook-stages.ts";
import { poolCommands } from "./provider-commands.ts";
import { contextSentence } from "./screen.ts";
import { clock } from "./steps.ts";
import { patience, stepCommands } from "./step-commands.ts";
import { wayBack } from "./way-back.ts";
import { revertCommands } from "./workload-commands.ts";

/**
 * A plan as Markdown that a person can follow: each step with its commands, the predicted moment and time, what to look
 * at afterwards, and when to stop.
 */
export function runbook(trace: Trace, verdict: Verdict): string {
  const stages = stagesOf(trace);
  const { plan } = trace.header;
  const top = stages.filter(({ path }) => path.split("/").length === 2);
  const lines = [
    ...headLines(trace, verdict),
    ...timetable(top),
    ...beforeLines(trace, verdict, stages),
    ...stopLines(plan),
    ...top.flatMap((stage, index) => stageLines(stages, stage, `${index + 1}`)),
    ...notReachedLines(plan, stages),
    ...rollbackLines(trace, stages),
  ];
  return `${lines.join("\n")}\n`;
}

function headLines(trace: Trace, verdict: Verdict): string[] {
  const { plan } = trace.header;
  const subject = { command: "plan", hasTimeout: false, drainer: plan.drainer } as const;
  return [
    `# ${escapedMarkdown(plan.name)}`,
    "",
    escapedMarkdown(contextSentence(trace, undefined)),
    "",
    verdict.clientMillis === undefined
      ? `**The rehearsal ends with ${verdict.word}: do not begin before that is mended.**`
      : `Predicted: ${humanDuration(verdict.clientMillis)} in all.`,
    "",
    escapedMarkdown(`${verdict.word}: ${headlineOf(verdict, subject, trace)}`),
  ];
}

/** When each step of the plan begins, and how long it takes. */
function timetable(top: readonly Stage[]): string[] {
  if (top.length === 0) return [];
  return [
    "",
    "|   | begins at | step | predicted | stop after |",
    "| - | --------- | ---- | --------- | ---------- |",
    ...top.map(
      (stage, index) =>
        `| ${index + 1} | ${clock(stage.at)} | ${escapedMarkdown(titleOf(stage))} | ${stage.took === undefined ? "does not end" : predicted(stage.took)} | ${stage.took === undefined ? "" : patience(stage.took)} |`,
    ),
  ];
}

function beforeLines(trace: Trace, verdict: Verdict, stages: readonly Stage[]): string[] {
  const found = verdict.findings.filter(({ severity, accepted }) => severity !== "info" && !accepted);
  const unknown = systemsNotGiven(trace, stages);
  return [
    "",
    "## Before you begin",
    "",
    ...(found.length === 0
      ? ["- The rehearsal has no error and no warning."]
      : found.map(
          ({ severity, rule, subject, message }: Finding) =>
            `- ${severity} \`${rule}\`: ${escapedMarkdown(`${subject}: ${message}`)}`,
        )),
    `- The times rest on: ${escapedMarkdown(assumedSentence(trace))}.`,
    "- Commands that name no node are typed wherever kubectl reaches this cluster; begin with `kubectl config current-context`.",
    ...(unknown.length > 0
      ? [
          `- The system of ${escapedMarkdown(listed(unknown, 3))} is not in the input: commands there are those of apt. With dnf the repository is in ${packageRepository.files.dnf}.`,
        ]
      : []),
    ...wayBack(trace).map((sentence) => `- ${escapedMarkdown(sentence)}`),
  ];
}

/** The nodes that get packages, and whose system nobody tells. */
function systemsNotGiven(trace: Trace, stages: readonly Stage[]): string[] {
  const upgraded = new Set(
    stages.flatMap(({ step, turn }) =>
      step?.kind === "upgradeControlPlane" || step?.kind === "upgradeKubelet" ? turn.nodes : [],
    ),
  );
  return allNodes(trace)
    .filter((node) => upgraded.has(node.name) && node.info.osImage === "" && !isWindows(node))
    .map(({ name }) => name);
}

function stopLines(plan: Plan): string[] {
  return [
    "",
    "## When to stop",
    "",
    "- A step takes longer than it may, or a check shows something else: stop there, and look. What a step has done is not",
    "  undone by stopping.",
    "- A Service has no Ready pod that had one, or pods are Pending that were not: rehearse again from a fresh snapshot.",
    `- A step fails: ${policyWords(plan.onFailure)}, unless the step says otherwise.`,
    ...windowLines(plan),
    ...alertLines(plan),
  ];
}

/** When nothing is begun any more. */
function windowLines(plan: Plan): string[] {
  if (isAlwaysOpen(plan)) return [];
  const { window, freezes = [] } = plan;
  const frozen = freezes.map(
    ({ name, from, to }) => `${from} to ${to}${name === undefined ? "" : ` (${name})`}`,
  );
  const hours = window && `only ${windowWords(window)}`;
  const except = frozen.length === 0 ? "" : `not from ${listed(frozen, frozen.length)}`;
  const when = [hours, except].filter((each) => each !== undefined && each !== "").join(", and ");
  return [
    `- Begin a node, or a step that changes something, ${escapedMarkdown(when)}. Finish what has been begun.`,
  ];
}

function windowWords({ start, days, duration, end, timeZone, cutoff }: Window): string {
  const until = duration === undefined ? `until ${end}` : `for ${humanDuration(duration)}`;
  const on = days ? ` on ${days.join(", ")}` : start.includes("T") ? "" : " each day";
  const last = cutoff === 0 ? "" : `, the last ${humanDuration(cutoff)} left out`;
  return `from ${start.replace("T", " ")} ${until}${on} (${timeZone}${last})`;
}

/** What is looked at before each node is begun. */
function alertLines({ alerts = [] }: Plan): string[] {
  if (alerts.length === 0) return [];
  return [
    "- An alert fires that this finds: begin no further node. Look before each one.",
    "",
    ...fenced(
      "sh",
      alerts.map((each) => alertCheck(each).command),
    ),
  ];
}

function policyWords(policy: FailurePolicy): string {
  switch (policy.kind) {
    case "abort":
      return "stop, and do none of the steps after it";
    case "pause":
      return "stop until somebody has decided";
    case "continue":
      return "go on with the next step";
    case "quarantine":
      return "leave its node cordoned, and go on with the next one";
    case "uncordonAndSkip":
      return "uncordon its node as it is, and go on with the next one";
    case "rollback":
      return "undo what was done, as the end of this page says";
    case "retry":
      return `try again up to ${policy.times} times${policy.backoff > 0 ? `, ${humanDuration(policy.backoff)} apart` : ""}; then ${policyWords(policy.then)}`;
  }
}

/**
 * A step with all that is inside it, under headings of one level, so that each can be linked to: `2` for a rollout, `2.1`
 * and so on for what is done to its nodes, in the order in which the rehearsal began them.
 */
function stageLines(stages: readonly Stage[], stage: Stage, number: string): string[] {
  const { step, path } = stage;
  const head = ["", `## ${number}. ${escapedMarkdown(titleOf(stage))}`, "", timeLine(stage)];
  const failure = step?.onFailure === undefined ? [] : ["", `If it fails: ${policyWords(step.onFailure)}.`];
  const inside = childrenOf(stages, path).flatMap((each, index) =>
    stageLines(stages, each, `${number}.${index + 1}`),
  );
  const owned = step && poolCommands(step, stage.turn.plan, stage.turn.cluster);
  if (owned) return [...head, ...instructionLines(owned), ...failure, ...ownerLines(stages, path)];
  if (step?.kind === "rollout") return [...head, "", rolloutSentence(step), ...failure, ...inside];
  if (step?.kind === "sequence" || step?.kind === "parallel") {
    const order = step.kind === "parallel" ? "At the same time:" : "One after the other:";
    return [...head, "", order, ...failure, ...inside];
  }
  return [...head, ...instructionLines(instructionsFor(stages, stage)), ...failure];
}

/** What the owner of a pool does by itself, as it was rehearsed. */
function ownerLines(stages: readonly Stage[], path: string): string[] {
  const leaves = stages.filter(
    ({ path: own, step }) => own.startsWith(`${path}/`) && step !== undefined && !isGroup(step),
  );
  return [
    "",
    "Its owner then does by itself, as it was rehearsed:",
    "",
    ...leaves.map(
      (leaf) =>
        `- ${clock(leaf.at)} ${escapedMarkdown(titleOf(leaf))}${leaf.took === undefined ? "" : `, ${predicted(leaf.took)}`}`,
    ),
  ];
}

function isGroup({ kind }: Step): boolean {
  return kind === "rollout" || kind === "parallel" || kind === "sequence";
}

function titleOf({ what, path, step, turn }: Stage): string {
  if (path.startsWith("revert/")) return "put back what was changed for the plan";
  // A step without a name of its own is called by its kind.
  const short = step && what === `${step.kind} ${step.kind}` ? step.kind : what;
  const isTurn = turn.node !== "" && step !== undefined && step.kind !== "rollout";
  return isTurn && !short.includes(turn.node) ? `${turn.node}: ${short}` : short;
}

function timeLine({ at, took }: Stage): string {
  return took === undefined
    ? `At ${clock(at)}: it does not end in the rehearsal.`
    : `At ${clock(at)}, predicted ${predicted(took)}; stop after ${patience(took)}.`;
}

function predicted(millis: number): string {
  return millis < 1_000 ? "under 1 s" : humanDuration(millis);
}

function rolloutSentence(step: Extract<Step, { readonly kind: "rollout" }>): string {
  const { maxParallel, perZone, canary, soak, maxErrors } = step;
  const sentences = [
    maxParallel === 1 ? "One node at a time." : `At most ${maxParallel} nodes at a time.`,
    ...(perZone ? [`At most ${perZone.maxParallel} of a zone at a time.`] : []),
    ...(canary.count > 0
      ? [
          `The first ${canary.count} alone${canary.soak > 0 ? `, then look for ${humanDuration(canary.soak)} before the others` : ", and the others only when that went well"}.`,
        ]
      : []),
    ...(soak > 0 ? [`After each node wait for ${humanDuration(soak)}.`] : []),
    maxErrors === 0
      ? "The first node that fails ends it."
      : `It ends with more than ${maxErrors} failed ${maxErrors === 1 ? "node" : "nodes"}.`,
  ];
  return sentences.join(" ");
}

/** The steps right inside a step, nodes and `after` between them not counted. */
function childrenOf(stages: readonly Stage[], path: string): readonly Stage[] {
  const inside = stages.filter((each) => each.path.startsWith(`${path}/`));
  return inside.filter(
    (each) => !inside.some((other) => other !== each && each.path.startsWith(`${other.path}/`)),
  );
}

function instructionsFor(stages: readonly Stage[], stage: Stage): Instructions {
  if (stage.step) return stepCommands(stage.step, stage.turn);
  if (!stage.path.startsWith("revert/")) return { said: [], blocks: [], checks: [] };
  // What is undone is undone last first: the steps that asked for it and were done, from the end.
  const asked = stages.flatMap(({ step }) =>
    (step?.kind === "scale" || step?.kind === "patch") && step.revert ? [step] : [],
  );
  const step = asked.toReversed()[Number(stage.path.split("/")[1])];
  return step ? revertCommands(step) : { said: [], blocks: [], checks: [] };
}

function instructionLines({ said, blocks, checks }: Instructions): string[] {
  return [
    ...said.flatMap((sentence) => ["", escapedMarkdown(sentence)]),
    ...blocks.flatMap(blockLines),
    ...checkLines(checks),
  ];
}

function blockLines({ where, language, commands }: CommandBlock): string[] {
  if (commands.length === 0) return [];
  return ["", ...(where === "" ? [] : [`${escapedMarkdown(where)}:`, ""]), ...fenced(language, commands)];
}

function checkLines(checks: readonly Check[]): string[] {
  if (checks.length === 0) return [];
  return [
    "",
    "Then look:",
    "",
    ...fenced(
      "sh",
      checks.map(({ command }) => command),
    ),
    "",
    `It is as it should be if: ${checks
      .map(({ expect }) => escapedMarkdown(expect))
      .filter((expect, index, all) => all.indexOf(expect) === index)
      .join("; ")}.`,
  ];
}

/** A block of commands; its fence is longer than any that a name could bring. */
function fenced(language: string, commands: readonly string[]): string[] {
  const longest = Math.max(
    2,
    ...commands.flatMap((command) => [...command.matchAll(/`+/g)].map(([ticks]) => ticks.length)),
  );
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...commands, fence];
}

/** Steps that the rehearsal did not come to: their commands are not shown, since what they would meet is not known. */
function notReachedLines(plan: Plan, stages: readonly Stage[]): string[] {
  const reached = new Set(stages.map(({ path }) => path));
  const missing = plan.steps.filter((_, index) => !reached.has(`plan/${index}`));
  if (missing.length === 0) return [];
  return [
    "",
    "## Not reached in the rehearsal",
    "",
    "They have no commands here: what they would meet is not known.",
    "",
    ...missing.map((step) => `- ${escapedMarkdown(nameOf(step))}`),
  ];
}

function nameOf({ kind, name }: Step): string {
  return name === kind || name === "" ? kind : `${kind} ${name}`;
}

/** The plan's own way back, where the rehearsal did not take it. */
function rollbackLines(trace: Trace, stages: readonly Stage[]): string[] {
  const { rollback } = trace.header.plan;
  if (rollback.length === 0 || stages.some(({ path }) => path.startsWith("rollback/"))) return [];
  return [
    "",
    "## If it has to be undone",
    "",
    "The plan's own way back; this run of it was not rehearsed.",
    ...rollback.flatMap((step) => [
      "",
      `### ${escapedMarkdown(nameOf(step))}`,
      ...instructionLines(stepCommands(step, turnAtEnd(trace, step))),
    ]),
  ];
}
