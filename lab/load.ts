import type { ApiClient, ApiRequest } from "../src/adapter/api-client.ts";
import { implied } from "./implied.ts";
import { type Loadable, loadables, type RawJson, withoutServerFields } from "./loadable.ts";
import { LabProblem } from "./problem.ts";

/** How long the pods of a snapshot take in the lab, in whole seconds; `ready` may be never. */
export interface LabTimes {
  readonly start: number;
  readonly ready: number | "never";
  readonly stop: number;
}

export interface Loaded {
  readonly objects: number;
  /** What is not in the lab as it is in the snapshot, a sentence each. */
  readonly different: readonly string[];
}

/**
 * Puts the objects of a snapshot into a lab whose controllers stand still: nodes, workloads, and pods where and as they
 * are. Throws LabProblem where the API server takes an object not at all.
 */
export async function loadSnapshot(
  client: ApiClient,
  objects: readonly RawJson[],
  timesOf: (pod: RawJson) => LabTimes,
): Promise<Loaded> {
  const loader = new Loader(client, timesOf);
  const all = [...implied(objects), ...objects];
  for (const loadable of loadables)
    for (const object of all.filter(({ kind }) => kind === loadable.kind))
      await loader.load(loadable, object);
  return { objects: loader.count, different: [...loader.different] };
}

class Loader {
  count = 0;
  readonly different = new Set<string>();
  readonly #client: ApiClient;
  readonly #timesOf: (pod: RawJson) => LabTimes;
  /** The lab gives every object another identity. */
  readonly #uids = new Map<string, string>();

  constructor(client: ApiClient, timesOf: (pod: RawJson) => LabTimes) {
    this.#client = client;
    this.#timesOf = timesOf;
  }

  async load(loadable: Loadable, object: RawJson): Promise<void> {
    const left = loadable.leaveOut?.(object);
    if (left !== undefined) return void (left !== "" && this.different.add(left));
    const { path, change } = loadable;
    const twin = this.#underNewIdentities(withoutServerFields(object));
    const body = {
      ...twin,
      apiVersion: loadable.apiVersion,
      ...change?.({ ...twin, ...statusOf(object) }, this.#timesOf),
    };
    this.#tellLostOwners(object);
    const { namespace = "default" } = object.metadata;
    const collection = loadable.isNamespaced ? path.replace("/*/", `/namespaces/${namespace}/`) : path;
    const created = await this.#send({ method: "POST", path: collection, body });
    // What the API server makes by itself, such as the namespace `default`, is there already.
    if (created === undefined) return;
    this.count++;
    const uid = object.metadata.uid;
    if (uid !== undefined) this.#uids.set(uid, created.metadata.uid!);
    const own = `${collection}/${object.metadata.name}`;
    // Admission gives a new node taints.
    if (object.kind === "Node")
      await this.#send({ method: "PATCH", path: own, body: { spec: { taints: taintsOf(object) } } });
    const status = loadable.status?.(this.#underNewIdentities(object), this.count);
    if (status) await this.#send({ method: "PATCH", path: `${own}/status`, body: { status } });
  }

  #underNewIdentities<T>(value: T): T {
    let text = JSON.stringify(value);
    for (const uid of text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [])
      text = text.replaceAll(uid, this.#uids.get(uid) ?? uid);
    const twin = JSON.parse(text) as T & { readonly metadata: RawJson["metadata"] };
    const known = new Set(this.#uids.values());
    const owners = twin.metadata.ownerReferences?.filter(({ uid }) => known.has(uid));
    // Without its owner the garbage collector would delete it.
    return owners === undefined ? twin : { ...twin, metadata: { ...twin.metadata, ownerReferences: owners } };
  }

  /** Pods that an operator makes anew are not made anew here. */
  #tellLostOwners({ metadata, kind }: RawJson): void {
    for (const owner of metadata.ownerReferences ?? [])
      if (kind === "Pod" && !this.#uids.has(owner.uid))
        this.different.add(`pods of ${owner.kind} ${owner.name} have no owner: nobody makes them anew`);
  }

  /** The object; undefined where there is one of that name already. */
  async #send(request: ApiRequest): Promise<RawJson | undefined> {
    const answer = await this.#client.request(request);
    if (answer.kind === "answer" && answer.code === 409 && request.method === "POST") return undefined;
    if (answer.kind === "answer" && answer.code < 300) return answer.body as RawJson;
    const said = answer.kind === "unreachable" ? answer.message : JSON.stringify(answer.body).slice(0, 400);
    throw new LabProblem(`the lab does not take ${request.method} ${request.path}:`, said);
  }
}

function statusOf({ status }: RawJson): Pick<RawJson, "status"> {
  return status === undefined ? {} : { status };
}

function taintsOf({ spec }: RawJson): unknown {
  return spec?.["taints"] ?? null;
}
