import { controllerOf, type OwnerReference } from "../../model/meta.ts";
import type { PodSpec } from "../../model/pod.ts";
import type { Cycle } from "../plugins/plugin.ts";
import type { SchedulerCache } from "./cache.ts";
import type { Framework } from "./profiles.ts";
import { hasResizedStatus } from "./pod-requests.ts";
import { SchedulingClass } from "./scheduling-class.ts";

/** What the columns of all classes may hold together: about 64 MiB. */
const defaultCells = 16_000_000;
const mostStatuses = 10_000;

interface Entry {
  readonly group: SchedulingClass;
  readonly owner: OwnerReference | undefined;
  readonly spec: PodSpec;
  readonly labels: string;
  usedAt: number;
}

/** The scheduling classes of a scheduler, by what makes pods alike. The least recently used go when there are too many. */
export class SchedulingClasses {
  readonly #cache: SchedulerCache;
  readonly #mostCells: number;
  readonly #bySpec = new Map<PodSpec, Map<string, Entry[]>>();
  readonly #entries = new Set<Entry>();
  readonly #supported = new Map<Framework, boolean>();
  #uses = 0;
  /** What the classes hold, or more: it is counted anew when it comes to be too much. */
  #cells = 0;
  #recent: Entry | undefined;

  constructor(cache: SchedulerCache, mostCells = defaultCells) {
    this.#cache = cache;
    this.#mostCells = mostCells;
  }

  /** The class of a pod, up to date; undefined where only the plain way will do. */
  of(framework: Framework, cycle: Cycle): SchedulingClass | undefined {
    const { pod, labelSet } = cycle.pod;
    if (pod.nodeName !== "" || hasResizedStatus(pod.status)) return undefined;
    const owner = controllerOf(pod);
    const isSame = (entry: Entry) =>
      entry.spec === pod.spec && entry.labels === labelSet.key && isAlike(entry.owner, owner);
    let entry = this.#recent;
    if (!entry || !isSame(entry)) {
      entry = this.#bySpec.get(pod.spec)?.get(labelSet.key)?.find(isSame);
      entry ??= this.#isSupported(framework) ? this.#create(framework, cycle, owner) : undefined;
      if (!entry) return undefined;
      this.#recent = entry;
    }
    entry.usedAt = ++this.#uses;
    const { group } = entry;
    if (group.isPlain) return undefined;
    group.sync();
    if (group.statuses.length > mostStatuses) this.#drop(entry);
    return group.needsPlainScores ? undefined : group;
  }

  #isSupported(framework: Framework): boolean {
    let isSupported = this.#supported.get(framework);
    if (isSupported === undefined) this.#supported.set(framework, (isSupported = isInOrder(framework)));
    return isSupported;
  }

  #create(framework: Framework, cycle: Cycle, owner: OwnerReference | undefined): Entry {
    const { pod, labelSet } = cycle.pod;
    const group = new SchedulingClass(framework, cycle, this.#cache);
    const entry: Entry = { group, owner, spec: pod.spec, labels: labelSet.key, usedAt: 0 };
    let byLabels = this.#bySpec.get(pod.spec);
    if (!byLabels) this.#bySpec.set(pod.spec, (byLabels = new Map()));
    const alike = byLabels.get(labelSet.key);
    if (alike) alike.push(entry);
    else byLabels.set(labelSet.key, [entry]);
    this.#entries.add(entry);
    group.sync();
    this.#cells += group.cells;
    if (this.#cells > this.#mostCells) this.#evict();
    return entry;
  }

  /** Halves what is held; a class that was not used yet stays. */
  #evict(): void {
    let cells = 0;
    for (const { group } of this.#entries) cells += group.cells;
    for (const entry of [...this.#entries].sort((a, b) => a.usedAt - b.usedAt)) {
      if (cells <= this.#mostCells / 2) break;
      if (entry.usedAt === 0) continue;
      cells -= entry.group.cells;
      this.#drop(entry);
    }
    this.#cells = cells;
  }

  #drop(entry: Entry): void {
    entry.group.release();
    this.#entries.delete(entry);
    const byLabels = this.#bySpec.get(entry.spec);
    const left = byLabels?.get(entry.labels)?.filter((each) => each !== entry) ?? [];
    if (left.length > 0) byLabels!.set(entry.labels, left);
    else byLabels?.delete(entry.labels);
    if (byLabels?.size === 0) this.#bySpec.delete(entry.spec);
    if (this.#recent === entry) this.#recent = undefined;
  }
}

function isAlike(a: OwnerReference | undefined, b: OwnerReference | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && a.kind === b?.kind && a.name === b.name && a.apiVersion === b.apiVersion;
}

/** Whether plugins that look at more run after those that look at less, as they do unless a profile reorders them. */
function isInOrder({ filter }: Framework): boolean {
  const ranks = filter.map(({ name, filterScope }) => {
    if (filterScope === "domains") return name === "PodTopologySpread" ? 3 : 4;
    return { node: 0, pods: 1, volumes: 2, never: undefined }[filterScope];
  });
  const known = ranks.filter((rank) => rank !== undefined);
  return known.every((rank, index) => index === 0 || known[index - 1]! <= rank);
}
