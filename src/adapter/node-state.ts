import { apiPath } from "../facts/api-resources.ts";
import { isNodeReady } from "../model/node.ts";
import type { Api } from "./api.ts";
import { nodePath, resource } from "./node-intents.ts";
import { parsedObjects } from "./parsed.ts";
import { isSuccess, type RawObject, rawObject } from "./raw.ts";

/** What shows whether a machine was restarted, or its kubelet replaced. Plain data: a journal keeps it. */
export interface NodeState {
  readonly bootID: string;
  readonly kubeletVersion: string;
  readonly isReady: boolean;
  /** Its address inside the cluster; empty where it has none. */
  readonly address: string;
}

/** A node as its kubelet reports it; undefined where it is not there. */
export async function nodeState(api: Api, name: string): Promise<NodeState | undefined> {
  const answer = await api.read(nodePath(name));
  if (!isSuccess(answer)) return undefined;
  const parsed = parsedObjects({ apiVersion: "v1", kind: "Node", objects: [rawObject(answer.body)] });
  const node = "error" in parsed ? undefined : parsed.objects.Node[0];
  if (!node) return undefined;
  const { bootID, kubeletVersion } = node.info;
  return { bootID, kubeletVersion, isReady: isNodeReady(node), address: node.internalIP };
}

/** Whether the API server's own pod on a node has this version; undefined where there is no such pod to ask. */
export async function apiServerAt(api: Api, node: string, to: string): Promise<boolean | undefined> {
  const path = apiPath(resource("Pod"), { namespace: "kube-system" });
  const pods = await api.list(path, {
    labelSelector: "component=kube-apiserver",
    fieldSelector: `spec.nodeName=${node}`,
  });
  const [pod] = "length" in pods ? pods : [];
  return pod && imagesOf(pod).some((image) => image.endsWith(`:${to}`));
}

function imagesOf({ spec }: RawObject): string[] {
  const containers = (spec?.["containers"] ?? []) as readonly { readonly image?: string }[];
  return containers.map(({ image = "" }) => image);
}
