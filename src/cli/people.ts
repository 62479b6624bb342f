import { didYouMean } from "../lib/nearest.ts";
import { type StepPlace, stepPlaces } from "../plan/places.ts";
import type { Plan, Step } from "../plan/plan.ts";
import type { ExecuteCommand } from "./execute-command.ts";
import { canAsk } from "./confirm.ts";
import { InputError } from "./input-error.ts";

/** Steps for which a program may be given: what they are for can be seen afterwards, or needs no more than an exit code. */
const withPrograms = [
  "reboot",
  "joinNode",
  "upgradeControlPlane",
  "upgradeManagedControlPlane",
  "upgradeKubelet",
  "renewCertificates",
  "backupEtcd",
  "removeEtcdMember",
  "restoreEtcd",
] as const;

/** What Kubernetes' API cannot do. */
const byPeople: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>(withPrograms);

/** Reads `--hook KIND=PROGRAM`. Throws InputError where it names no kind of step that may have one. */
export function programsOf(hooks: readonly string[]): ReadonlyMap<Step["kind"], string> {
  return new Map(
    hooks.map((text) => {
      const [name = "", ...program] = text.split("=");
      const kind = withPrograms.find((each) => each === name);
      if (!kind || program.join("=") === "")
        throw new InputError(
          `--hook ${text}: expected KIND=PROGRAM; KIND is one of ${withPrograms.join(", ")}`,
        );
      return [kind, program.join("=")];
    }),
  );
}

/** Throws InputError where a plan needs a person, and nobody is there. */
export function peopleNeeded(plan: Plan, { yes, hook }: Pick<ExecuteCommand, "yes" | "hook">): void {
  const programs = programsOf(hook);
  if (!yes && canAsk()) return;
  const steps = stepPlaces(plan)
    .map(({ step }) => step)
    .filter(({ kind }) => byPeople.has(kind) && !programs.has(kind));
  if (steps.length === 0) return;
  const names = [
    ...new Set(steps.map(({ kind, name }) => (name === "" || name === kind ? kind : `${kind} ${name}`))),
  ];
  const kinds = withPrograms.filter((kind) => steps.some((step) => step.kind === kind));
  throw new InputError(
    `this plan needs a person: ${names.join(", ")} is nothing that Kubernetes' API can do.`,
    "Run it on a terminal and without --yes.",
    ...(kinds.length === 0
      ? []
      : [`Or give programs: ${kinds.map((kind) => `--hook ${kind}=PROGRAM`).join(" ")}`]),
  );
}

/**
 * Throws InputError where `--approve` or `--done` is about nothing in the plan, or says less than that step wants. Nobody
 * is asked twice because of a misspelt name.
 */
export function answersGiven(
  plan: Plan,
  {
    approve,
    approver,
    ticket,
    done,
    resume,
  }: Pick<ExecuteCommand, "approve" | "approver" | "ticket" | "done" | "resume">,
): void {
  if (approve.length > 0 && approver === undefined)
    throw new InputError("--approve: who approves? --approver NAME", "Nothing was done.");
  if (approve.length === 0 && (approver !== undefined || ticket !== undefined))
    throw new InputError("--approver and --ticket go with --approve STEP");
  if (done.length > 0 && resume === undefined)
    throw new InputError("--done goes with --resume: before a run has asked for it, nothing counts as done");
  const places = stepPlaces(plan);
  for (const label of approve) {
    const approvals = places.filter(({ step }) => step.kind === "approve");
    const { step } = placeOf(label, "--approve", approvals);
    if (step.kind !== "approve") continue;
    if (step.by && !step.by.includes(approver ?? ""))
      throw new InputError(`--approver ${approver}: ${step.name} is approved by ${step.by.join(" or ")}`);
    if (step.ticket === true && ticket === undefined)
      throw new InputError(`--approve ${label}: on which ticket? --ticket ID`);
  }
  for (const label of done)
    placeOf(
      label,
      "--done",
      places.filter(({ step }) => step.kind === "hook" || byPeople.has(step.kind)),
    );
}

/** The step that a label such as `NAME` or `NAME@NODE` is about. */
function placeOf(label: string, flag: string, places: readonly StepPlace[]): StepPlace {
  const whole = places.find(({ step }) => step.name === label);
  const at = label.lastIndexOf("@");
  const found = whole ?? (at < 0 ? undefined : places.find(({ step }) => step.name === label.slice(0, at)));
  if (!found) {
    const names = places.map(({ step }) => step.name);
    const hint = names.length === 0 ? ": there is none" : didYouMean(label, names);
    throw new InputError(`${flag} ${label}: the plan has no such step for a person${hint}`);
  }
  if (whole?.hasTurn === true) throw new InputError(`${flag} ${label}: for which node? ${label}@NODE`);
  return found;
}
