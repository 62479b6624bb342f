import type { Action } from "../../exec/protocol.ts";
import { formatRef, type Labels, type ObjectMeta, parseRef, refOf } from "../../model/meta.ts";
import type { RequestShape } from "../../model/webhook.ts";
import type { Sim } from "../sim.ts";
import { webhookRefusal, type WebhookRefusal } from "./webhooks.ts";
import { find } from "./workload-requests.ts";

/** The refusal of a client's write about which a webhook would have been asked that nobody answers. Evictions see to it themselves. */
export function unansweredRequest(sim: Sim, action: Action): WebhookRefusal | undefined {
  const write = writeOf(sim, action);
  if (!write) return undefined;
  const { object, labels = [object.labels], ...shape } = write;
  const { namespace } = object;
  const [group = "", version] = object.apiVersion.split("/");
  return webhookRefusal(sim, {
    shape: {
      ...shape,
      group: version === undefined ? "" : group,
      resource: pluralOf(object.kind),
      isNamespaced: namespace !== "",
    },
    namespace: object.kind === "Namespace" ? object.name : namespace,
    labels,
  });
}

type Written = ObjectMeta & { readonly kind: string; readonly apiVersion: string };

interface Write extends Pick<RequestShape, "operation" | "subresource"> {
  readonly object: Written;
  readonly labels?: readonly Labels[];
}

/** What a client's command writes; undefined for reads, for what is not there, and for evictions. */
function writeOf(sim: Sim, action: Action): Write | undefined {
  switch (action.kind) {
    case "cordon":
    case "taint":
    case "label":
      return write("UPDATE", sim.state.node(action.node));
    case "deletePod":
      return write("DELETE", sim.state.podNamed(action.pod.namespace, action.pod.name));
    // A Scale has no labels.
    case "scale": {
      const object = find(sim, action.workload) as Written | undefined;
      return object && { operation: "UPDATE", subresource: "scale", object, labels: [{}] };
    }
    case "patch":
      return write("UPDATE", find(sim, action.object));
    case "restart":
    case "undo":
    case "setImage":
      return write("UPDATE", find(sim, action.workload));
    case "create":
      return write(action.replace && isThere(sim, action.object) ? "UPDATE" : "CREATE", action.object);
    case "delete":
      return write("DELETE", objectNamed(sim, action.object));
    default:
      return undefined;
  }
}

function write(operation: Write["operation"], object: Written | undefined): Write | undefined {
  return object && { operation, subresource: "", object };
}

function isThere(sim: Sim, object: Written): boolean {
  return objectNamed(sim, formatRef(refOf(object))) !== undefined;
}

function objectNamed(sim: Sim, text: string): Written | undefined {
  const ref = parseRef(text);
  if (ref?.kind === "Node") return sim.state.node(ref.name);
  if (ref?.kind === "Pod") return sim.state.podNamed(ref.namespace, ref.name);
  return find(sim, text);
}

/** `deployments`, `priorityclasses`, `csistoragecapacities`: the resource of a kind, as the API's paths have it. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith("s")) return `${name}es`;
  return name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`;
}
