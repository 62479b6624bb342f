import { apiPath } from "../facts/api-resources.ts";
import type { Api } from "./api.ts";
import type { ClusterIdentity } from "./journal.ts";
import { resource } from "./node-intents.ts";
import { errorOf, isSuccess, rawObject } from "./raw.ts";

/** Which cluster this is, whether it is called a production one, and as whom it is spoken to. */
export interface Acquaintance {
  readonly identity: ClusterIdentity;
  /** Why what is typed has to be typed with care; undefined where nothing says that this is production. */
  readonly production: string | undefined;
  readonly user: string;
  /** Of the API server: `v1.36.3`; empty where it does not say. */
  readonly version: string;
}

/** By which a cluster says of itself that it is one: on its namespace kube-system. */
export const productionAnnotation = "seatrial/production";

/** Asks the cluster who it is, and who asks. Returns a sentence where it does not say. */
export async function getAcquainted(api: Api): Promise<Acquaintance | string> {
  const { client } = api;
  const answer = await api.read(apiPath(resource("Namespace"), { name: "kube-system" }));
  if (!isSuccess(answer)) return `the namespace kube-system could not be read: ${errorOf(answer).message}`;
  const { metadata } = rawObject(answer.body);
  const uid = metadata?.uid ?? "";
  if (uid === "") return `${client.server} answers, but not as a Kubernetes API server does`;
  const isMarked = metadata?.annotations?.[productionAnnotation] === "true";
  const isNamed = /prod/i.test(client.context);
  return {
    identity: { uid, server: client.server, context: client.context },
    production: isMarked
      ? `its namespace kube-system has the annotation ${productionAnnotation}`
      : isNamed
        ? "its context's name says so"
        : undefined,
    user: (await userName(api)) ?? client.user,
    version: await serverVersion(api),
  };
}

/** What the API server says of itself: `v1.36.3`; empty where it does not say, or not to us. */
export async function serverVersion(api: Api): Promise<string> {
  const answer = await api.read("/version", undefined, new Set([403]));
  const { gitVersion } = (isSuccess(answer) ? answer.body : {}) as { readonly gitVersion?: unknown };
  return typeof gitVersion === "string" ? gitVersion : "";
}

/** Every authenticated user may ask this of itself. */
async function userName(api: Api): Promise<string | undefined> {
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const answer = await api.client.request({ method: "POST", path, body });
  if (answer.kind === "unreachable" || !isSuccess(answer)) return undefined;
  const { userInfo } = (rawObject(answer.body).status ?? {}) as {
    readonly userInfo?: { readonly username?: string };
  };
  return userInfo?.username;
}

/** The UIDs of the pods that are Pending now. */
export async function pendingPods(api: Api): Promise<readonly string[]> {
  const pods = await api.list(apiPath(resource("Pod")), { fieldSelector: "status.phase=Pending" });
  return "length" in pods ? pods.flatMap(({ metadata }) => metadata?.uid ?? []) : [];
}
