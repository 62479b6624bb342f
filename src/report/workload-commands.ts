import type { Step } from "../plan/plan.ts";
import { type Instructions, kubectlOnly, saidOnly } from "./instructions.ts";
import { shellWord } from "../lib/shell-word.ts";

type WorkloadStep = Extract<Step, { readonly kind: "scale" | "patch" | "restartWorkload" }>;

/** The commands of a step about a workload or another object; one that is undone at the end writes down what was. */
export function workloadCommands(step: WorkloadStep): Instructions {
  if (step.kind === "patch") {
    const { namespace, kind, name } = partsOf(step.object);
    const target = `kubectl -n ${namespace}`;
    const patch = shellWord(JSON.stringify({ spec: step.set }));
    const fields = Object.keys(step.set).map(
      (key) => `${JSON.stringify(key)}: .spec[${JSON.stringify(key)}]`,
    );
    return kubectlOnly([
      // null in a merge patch takes a field away: this is the way back, also for fields that were not set.
      ...(step.revert
        ? [
            `${target} get ${kind} ${name} -o json | jq ${shellWord(`{spec: {${fields.join(", ")}}}`)} > ${shellWord(`${step.name}-before.json`)}`,
          ]
        : []),
      `${target} patch ${kind} ${name} --type merge -p ${patch}`,
    ]);
  }
  const { namespace, kind, name } = partsOf(step.workload);
  const target = `kubectl -n ${namespace}`;
  const status = {
    command: `${target} rollout status ${kind} ${name}`,
    expect: kind === "deployment" ? "successfully rolled out" : "all pods are Ready",
  };
  if (step.kind === "restartWorkload")
    return kubectlOnly([`${target} rollout restart ${kind} ${name}`], [status]);
  const replicas = step.to ?? replicasChangedBy(target, `${kind} ${name}`, step.by ?? 0);
  return kubectlOnly(
    [
      ...(step.revert && step.to !== undefined
        ? [
            `${target} get ${kind} ${name} -o jsonpath='{.spec.replicas}' > ${shellWord(`${step.name}-before.txt`)}`,
          ]
        : []),
      `${target} scale ${kind} ${name} --replicas=${replicas}`,
    ],
    [status],
  );
}

function replicasChangedBy(target: string, object: string, by: number): string {
  return `$(( $(${target} get ${object} -o jsonpath='{.spec.replicas}') ${by < 0 ? "-" : "+"} ${Math.abs(by)} ))`;
}

/** What undoes a step with `revert: true`, from what was written down when it was done. */
export function revertCommands(step: Step): Instructions {
  switch (step.kind) {
    case "scale": {
      const { namespace, kind, name } = partsOf(step.workload);
      const target = `kubectl -n ${namespace}`;
      const replicas =
        step.to === undefined
          ? replicasChangedBy(target, `${kind} ${name}`, -(step.by ?? 0))
          : `"$(cat ${shellWord(`${step.name}-before.txt`)})"`;
      return kubectlOnly([`${target} scale ${kind} ${name} --replicas=${replicas}`]);
    }
    case "patch": {
      const { namespace, kind, name } = partsOf(step.object);
      return kubectlOnly([
        `kubectl -n ${namespace} patch ${kind} ${name} --type merge --patch-file ${shellWord(`${step.name}-before.json`)}`,
      ]);
    }
    default:
      return saidOnly([]);
  }
}

interface Parts {
  readonly namespace: string;
  /** As kubectl takes it. */
  readonly kind: string;
  readonly name: string;
}

/** `shop/Deployment/web` as kubectl takes it. */
export function partsOf(ref: string): Parts {
  const [namespace = "", kind = "", name = ""] = ref.split("/");
  return { namespace: shellWord(namespace), kind: kind.toLowerCase(), name: shellWord(name) };
}
