import { parse as parseYaml } from "yaml";
import { parseDuration } from "../lib/duration.ts";
import type { ObjectVerb, ProgramStep } from "../exec/program.ts";
import type { ObjectSelection } from "../exec/protocol.ts";
import { integerFlag, selectorFlag } from "./parse-nodes.ts";
import { type Flags, type ParseResult, refuse, steps } from "./parse-result.ts";
import { resourceNamed } from "./resources.ts";

/** kubectl's commands about other objects: scale, patch, set, get, rollout, delete, create. */

/** `create --raw /api/v1/namespaces/NS/pods/NAME/eviction -f -`: an eviction without a drain around it. */
export function createRaw(_words: readonly string[], flags: Flags): ParseResult {
  const path = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/eviction$/.exec(String(flags["raw"] ?? ""));
  if (!path) return refuse("error: of `create --raw` only evictions are modelled");
  const [, namespace = "", name = ""] = path;
  return steps({
    kind: "request",
    name: "",
    action: { kind: "evict", pod: { uid: "", namespace, name }, dryRun: false },
    said: '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":201}',
  });
}

/** `deploy web api`, `deploy/web sts/db`, `deploy --all`, `deploy -l app=web`: one selection a kind. */
function selections(words: readonly string[], flags: Flags, namespace: string): ObjectSelection[] | string {
  const selector = selectorFlag(flags["selector"]);
  if (typeof selector === "string") return selector;
  const field = /^spec\.nodeName=(.*)$/.exec(
    typeof flags["field-selector"] === "string" ? flags["field-selector"] : "",
  );
  const extra = field ? { nodeName: field[1]! } : {};
  const [first = ""] = words;
  if (first.includes("/")) {
    const list: ObjectSelection[] = [];
    for (const word of words) {
      const [resource = "", name = ""] = word.split("/");
      const found = resourceNamed(resource);
      if (!found) return `error: the server doesn't have a resource type "${resource}"`;
      list.push({ kind: found.kind, namespace, names: [name], selector, ...extra });
    }
    return list;
  }
  const found = resourceNamed(first);
  if (!found) return `error: the server doesn't have a resource type "${first}"`;
  const names = words.slice(1);
  if (names.length === 0 && flags["all"] !== true && flags["selector"] === undefined)
    return "error: resource(s) were provided, but no name was specified";
  return [{ kind: found.kind, namespace, names, selector, ...extra }];
}

function forObjects(chosen: ObjectSelection[] | string, verb: ObjectVerb, wait = false): ParseResult {
  if (typeof chosen === "string") return refuse(chosen);
  return steps(
    ...chosen.map((selection): ProgramStep => ({ kind: "objects", name: "", selection, verb, wait })),
  );
}

export function scale(words: readonly string[], flags: Flags, namespace: string): ParseResult {
  const to = Number(flags["replicas"]);
  if (!Number.isInteger(to) || to < 0)
    return refuse(
      "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
    );
  return forObjects(selections(words, flags, namespace), { kind: "scale", to });
}

export function patch(words: readonly string[], flags: Flags, namespace: string): ParseResult {
  const text = flags["patch"];
  if (typeof text !== "string")
    return refuse("error: must specify --patch or --patch-file containing the contents of the patch");
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch {
    return refuse(`error: unable to parse ${JSON.stringify(text)}: it is neither JSON nor YAML`);
  }
  const { spec, ...others } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const [other] = Object.keys(others);
  if (other !== undefined) return refuse(`error: patching ${other} is not modelled, only spec`);
  return forObjects(selections(words, flags, namespace), {
    kind: "patch",
    set: (spec ?? {}) as Record<string, unknown>,
  });
}

export function setImage(words: readonly string[], flags: Flags, namespace: string): ParseResult {
  const [what, ...rest] = words;
  if (what !== "image") return refuse(`error: "set ${what ?? ""}" is not modelled, only "set image"`);
  const images = new Map<string, string>();
  for (const word of rest.filter((each) => each.includes("="))) {
    const [name = "", image = ""] = word.split(/=(.*)/s);
    images.set(name, image);
  }
  if (images.size === 0) return refuse("error: at least one image update is required");
  const targets = rest.filter((word) => !word.includes("="));
  return forObjects(selections(targets, flags, namespace), {
    kind: "setImage",
    images: Object.fromEntries(images),
  });
}

/** Only autoscalers: what a person looks at while a drain goes on. */
export function get(words: readonly string[], flags: Flags, namespace: string): ParseResult {
  const chosen = selections(words, { ...flags, all: true }, namespace);
  if (typeof chosen === "string") return refuse(chosen);
  const other = chosen.find(({ kind }) => kind !== "HorizontalPodAutoscaler");
  if (other) return refuse(`error: "get" of ${other.kind} is not modelled, only of autoscalers`);
  return steps(
    ...chosen.map((selection): ProgramStep => ({
      kind: "request",
      name: "",
      action: { kind: "table", selection },
      said: "",
    })),
  );
}

export function rollout(words: readonly string[], flags: Flags, namespace: string): ParseResult {
  const [verb = "", ...targets] = words;
  const chosen = selections(targets, flags, namespace);
  if (typeof chosen === "string") return refuse(chosen);
  if (verb === "restart" || verb === "undo") return forObjects(chosen, { kind: verb });
  if (verb === "pause" || verb === "resume")
    return forObjects(chosen, { kind: "patch", set: { paused: verb === "pause" } });
  if (verb !== "status") return refuse(`error: "rollout ${verb}" is not modelled`);
  const timeout = typeof flags["timeout"] === "string" ? parseDuration(flags["timeout"]) : undefined;
  return steps(
    ...chosen.flatMap(({ kind, names }) =>
      names.map((name): ProgramStep => ({
        kind: "rolloutStatus",
        name: "",
        workload: `${namespace}/${kind}/${name}`,
        ...(timeout === undefined || timeout === 0 ? {} : { timeout }),
      })),
    ),
  );
}

export function remove(words: readonly string[], flags: Flags, namespace: string): ParseResult {
  const cascade = flags["cascade"] === "orphan" ? "orphan" : "background";
  const grace = integerFlag(flags, "grace-period", flags["force"] === true ? 0 : -1);
  if (typeof grace === "string") return refuse(grace);
  const verb: ObjectVerb = { kind: "delete", cascade, ...(grace < 0 ? {} : { graceSeconds: grace }) };
  const wait = flags["wait"] !== "false" && flags["force"] !== true;
  return forObjects(selections(words, flags, namespace), verb, wait);
}
