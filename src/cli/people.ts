import { stepPlaces } from "../plan/places.ts";
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
const byPeople: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>([...withPrograms, "approve"]);

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
