import type { Action } from "../exec/protocol.ts";
import { parseRef } from "../model/meta.ts";
import { formatTaint } from "../model/taint.ts";
import { resourceOfKind } from "../facts/api-resources.ts";
import { shellWord } from "../lib/shell-word.ts";

/** The kubectl command line that does the same as one write; undefined for what kubectl has no command for. */
export function equivalentOf(action: Action): string | undefined {
  switch (action.kind) {
    case "cordon":
      return `kubectl ${action.unschedulable ? "cordon" : "uncordon"} ${shellWord(action.node)}`;
    case "taint":
      return `kubectl taint node ${shellWord(action.node)} ${shellWord(taintWord(action))}`;
    case "label": {
      const words = Object.entries(action.labels).map(([key, value]) =>
        shellWord(value === null ? `${key}-` : `${key}=${value}`),
      );
      return `kubectl label node ${shellWord(action.node)} --overwrite ${words.join(" ")}`;
    }
    case "evict":
      return eviction(action.pod, action.graceSeconds);
    case "deletePod": {
      const { namespace, name } = action.pod;
      const grace = action.graceSeconds === undefined ? "" : ` --grace-period=${action.graceSeconds}`;
      return `kubectl delete pod -n ${shellWord(namespace)} ${shellWord(name)}${grace} --wait=false`;
    }
    case "scale":
      return onObject(action.workload, "scale", `--replicas=${action.to ?? 0}`);
    case "patch":
      return onObject(
        action.object,
        "patch",
        `--type=merge -p ${shellWord(JSON.stringify({ spec: action.set }))}`,
      );
    case "restart":
      return onObject(action.workload, "rollout restart", "");
    case "deleteNode":
      return `kubectl delete node ${shellWord(action.node)}`;
    default:
      return undefined;
  }
}

function taintWord({ taint, remove }: Extract<Action, { readonly kind: "taint" }>): string {
  return remove ? `${taint.key}:${taint.effect}-` : formatTaint(taint);
}

/** kubectl evicts only inside a drain; the subresource itself takes an Eviction. */
function eviction(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  grace?: number,
): string {
  const body = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { namespace, name },
    ...(grace === undefined ? {} : { deleteOptions: { gracePeriodSeconds: grace } }),
  };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  return `echo ${shellWord(JSON.stringify(body))} | kubectl create --raw ${shellWord(path)} -f -`;
}

function onObject(text: string, verb: string, rest: string): string | undefined {
  const ref = parseRef(text);
  const resource = ref && resourceOfKind(ref.kind);
  if (!ref || !resource) return undefined;
  const name = resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
  const namespace = ref.namespace === "" ? "" : ` -n ${shellWord(ref.namespace)}`;
  return `kubectl ${verb}${namespace} ${name}/${shellWord(ref.name)}${rest === "" ? "" : ` ${rest}`}`;
}
