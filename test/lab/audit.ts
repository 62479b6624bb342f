import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { LabControlPlane } from "../../lab/control-plane.ts";
import type { PolicyRule } from "../../src/adapter/rights.ts";
import { apiResources } from "../../src/facts/api-resources.ts";
import { runLease } from "../../src/facts/run-lease.ts";
import { type LabelSelector, matchesSelector } from "../../src/model/selector.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { kubectl } from "./lab.ts";

/** What an API server has put down of one request. */
export interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly requestURI: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly apiGroup?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly requestObject?: unknown;
  readonly responseStatus?: { readonly code: number };
}

/** Everything that the API server has put down, of whomever. */
export function auditEvents(lab: LabControlPlane): AuditEvent[] {
  const lines = readFileSync(lab.auditLog, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as AuditEvent);
}

/** A rule of a printed role, and where it holds: everywhere, or in one namespace. */
interface HeldRule extends PolicyRule {
  readonly namespace: string | undefined;
}

/** The rules in what `seatrial rbac` printed. */
export function rulesIn(printed: string): HeldRule[] {
  return parseAllDocuments(printed).flatMap((document) => {
    const { metadata, rules } = document.toJS() as {
      readonly metadata: { readonly namespace?: string };
      readonly rules: readonly PolicyRule[];
    };
    return rules.map((rule) => ({ ...rule, namespace: metadata.namespace }));
  });
}

/**
 * What every user may do who has shown who they are. Source: k8s.io/kubernetes
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, system:basic-user and system:public-info-viewer.
 */
const everybodys: readonly HeldRule[] = [
  {
    apiGroups: ["authentication.k8s.io"],
    resources: ["selfsubjectreviews"],
    verbs: ["create"],
    namespace: undefined,
  },
  { nonResourceURLs: ["/healthz", "/livez", "/readyz", "/version"], verbs: ["get"], namespace: undefined },
];

/** Whether a role grants a request. Source: k8s.io/kubernetes pkg/apis/rbac/v1/evaluation_helpers.go. */
export function grants(rules: readonly HeldRule[], { verb, requestURI, objectRef }: AuditEvent): boolean {
  return [...everybodys, ...rules].some((rule) => {
    if (!rule.verbs.includes(verb)) return false;
    if (!objectRef) return rule.nonResourceURLs?.includes(requestURI.split("?")[0]!) ?? false;
    const { resource, subresource, apiGroup = "", namespace, name = "" } = objectRef;
    const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
    const isNamed =
      rule.resourceNames === undefined || (verb !== "create" && rule.resourceNames.includes(name));
    const isHere = rule.namespace === undefined || rule.namespace === namespace;
    return isHere && isNamed && rule.resources?.includes(whole) && rule.apiGroups?.includes(apiGroup);
  });
}

interface Grant {
  readonly rules: readonly HeldRule[];
  readonly plan: Plan;
}

/** Holds the requests of the user `seatrial` against the roles that were printed for its plans, and against the plans. */
class Audit {
  readonly #lab: LabControlPlane;
  #seen = 0;
  #grants: Grant[] = [];
  #mayBeRefused = false;

  constructor(lab: LabControlPlane) {
    this.#lab = lab;
  }

  /** This plan may be carried out until the next check, with these rights. */
  granted(printed: string, planFile: string): void {
    const parsed = parsePlan(readFileSync(planFile, "utf8"), planFile);
    if (!parsed.ok) throw new Error(`${planFile} is no plan`);
    this.#grants.push({ rules: rulesIn(printed), plan: parsed.plan });
  }

  /** Until the next check a right is missing that the role grants. */
  mayBeRefused(): void {
    this.#mayBeRefused = true;
  }

  /** Fails where something was asked for that no role grants, or written that is none of the plans' business. */
  check(): void {
    const all = auditEvents(this.#lab);
    const own = all.slice(this.#seen).filter(({ user }) => user.username === "seatrial");
    this.#seen = all.length;
    const rules = this.#grants.flatMap((grant) => grant.rules);
    const touches = this.#closure(all);
    const mayBeRefused = this.#mayBeRefused;
    this.#grants = [];
    this.#mayBeRefused = false;
    const lines = own.flatMap((event) => [
      ...(grants(rules, event) ? [] : [`no role grants: ${textOf(event)}`]),
      ...(event.responseStatus?.code === 403 && !mayBeRefused ? [`was refused: ${textOf(event)}`] : []),
      ...(isWrite(event) && !touches(event) ? [`is no plan's business: ${textOf(event)}`] : []),
    ]);
    if (own.length === 0) throw new Error("the API server has put down nothing of this run");
    if (lines.length > 0) throw new Error(lines.join("\n"));
  }

  /** Whether a written object belongs to the plans: their nodes, the pods on them, their workloads, and the run's own. */
  #closure(events: readonly AuditEvent[]): (event: AuditEvent) => boolean {
    const named = this.#grants.map(({ plan }) => namesIn(plan));
    const nodes = new Set(named.flatMap((each) => [...each.nodes, ...nodesOf(this.#lab, each.selectors)]));
    const objects = new Set(named.flatMap((each) => each.objects));
    const nodeOf = boundPods(events);
    return ({ verb, objectRef, requestObject }) => {
      const { resource = "", namespace = "", name = "" } = objectRef ?? {};
      switch (resource) {
        case "nodes":
          return nodes.has(name);
        case "pods":
          return nodes.has(nodeOf.get(preconditionIn(requestObject)) ?? "");
        case "leases":
          return (
            namespace === runLease.namespace && [runLease.name, verb === "create" ? "" : "-"].includes(name)
          );
        case "events":
          return namespace === "default" && verb === "create";
        case "selfsubjectreviews":
          return true;
        default:
          return objects.has(`${namespace}/${kindOf(resource)}/${name}`);
      }
    };
  }
}

const audits = new WeakMap<LabControlPlane, Audit>();

/** The audit of one control plane. */
export function auditOf(lab: LabControlPlane): Audit {
  const audit = audits.get(lab) ?? new Audit(lab);
  audits.set(lab, audit);
  return audit;
}

function textOf({ verb, requestURI }: AuditEvent): string {
  return `${verb} ${requestURI}`;
}

function isWrite({ verb }: AuditEvent): boolean {
  return !["get", "list", "watch"].includes(verb);
}

function kindOf(plural: string): string {
  return apiResources.find((resource) => resource.plural === plural)?.kind ?? plural;
}

interface Named {
  readonly nodes: readonly string[];
  readonly selectors: readonly LabelSelector[];
  readonly objects: readonly string[];
}

/** What a plan names, wherever it stands in it. */
function namesIn(value: unknown): Named {
  if (typeof value !== "object" || value === null) return { nodes: [], selectors: [], objects: [] };
  const { kind, names, nodes, selector, workload, object } = value as Readonly<Record<string, unknown>>;
  const inner = Object.values(value).map(namesIn);
  // A rollout lists its nodes, or selects them, without the words of other steps.
  const listed = kind === "rollout" && Array.isArray(nodes) ? nodes : kind === "names" ? names : [];
  const isSelecting = kind === "selector" || (kind === "rollout" && !Array.isArray(nodes));
  return {
    nodes: [...(listed as string[]), ...inner.flatMap((each) => each.nodes)],
    selectors: [
      ...(isSelecting ? [selector as LabelSelector] : []),
      ...inner.flatMap((each) => each.selectors),
    ],
    objects: [
      ...[workload, object].filter((each) => typeof each === "string"),
      ...inner.flatMap((each) => each.objects),
    ],
  };
}

function nodesOf(lab: LabControlPlane, selectors: readonly LabelSelector[]): string[] {
  if (selectors.length === 0) return [];
  const { items } = JSON.parse(kubectl(lab, ["get", "nodes", "-o", "json"])) as {
    readonly items: readonly {
      readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
    }[];
  };
  return items
    .filter(({ metadata }) => selectors.some((each) => matchesSelector(each, metadata.labels ?? {})))
    .map(({ metadata }) => metadata.name);
}

/** The node of each pod, by the pod's UID, as the scheduler has bound them. */
function boundPods(events: readonly AuditEvent[]): ReadonlyMap<string, string> {
  return new Map(
    events
      .filter(({ objectRef }) => objectRef?.resource === "pods" && objectRef.subresource === "binding")
      .map(({ requestObject }) => {
        const { metadata, target } = requestObject as {
          readonly metadata: { readonly uid?: string };
          readonly target: { readonly name: string };
        };
        return [metadata.uid ?? "", target.name] as const;
      }),
  );
}

/** The UID that an eviction or a deletion is bound to. */
function preconditionIn(body: unknown): string {
  const { deleteOptions, preconditions } = (body ?? {}) as {
    readonly deleteOptions?: { readonly preconditions?: { readonly uid?: string } };
    readonly preconditions?: { readonly uid?: string };
  };
  return (deleteOptions?.preconditions ?? preconditions)?.uid ?? "";
}
