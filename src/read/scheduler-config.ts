import type { z } from "zod";
import { ownSchedulerPlugins } from "../facts/scheduler.ts";
import {
  defaultConfiguration,
  defaultPluginArgs,
  type ExtensionPoint,
  extensionPoints,
  type PluginArgs,
  type PluginSet,
  type SchedulerConfiguration,
  type SchedulerProfile,
} from "../model/scheduler-profile.ts";
import type { RawDocument } from "./documents.ts";
import { readPath } from "./files.ts";
import { formatPath, type Problem } from "../model/problem.ts";
import {
  idleArgs,
  pluginArgs,
  pluginPoints,
  type RawProfile,
  schedulerConfiguration,
} from "./schema/scheduler-config.ts";

export type SchedulerConfigurationResult =
  | { readonly ok: true; readonly configuration: SchedulerConfiguration }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const group = "kubescheduler.config.k8s.io";
const versions = ["v1", "v1beta3", "v1beta2"];

/** Reads the KubeSchedulerConfiguration in a file (`-`: standard input), with everything that is wrong with it. */
export function readSchedulerConfiguration(path: string): SchedulerConfigurationResult {
  const documents: RawDocument[] = [];
  const problems: Problem[] = [];
  readPath(path, {
    document: (document) => documents.push(document),
    problem: (problem) => problems.push(problem),
  });
  if (problems.length > 0) return { ok: false, problems };
  const [document, second] = documents;
  const origin = { file: path };
  if (!document) {
    const message = `expected a KubeSchedulerConfiguration (${group}), but there is nothing in it`;
    return { ok: false, problems: [{ origin, message }] };
  }
  if (second) {
    const message = "expected one KubeSchedulerConfiguration, got more than one document";
    return { ok: false, problems: [{ origin: second.origin, message }] };
  }
  return new ConfigurationReader(document).read();
}

class ConfigurationReader {
  readonly #document: RawDocument;
  readonly #problems: Problem[] = [];
  readonly #unmodelled: string[] = [];

  constructor(document: RawDocument) {
    this.#document = document;
  }

  read(): SchedulerConfigurationResult {
    const { apiVersion, kind } = (this.#document.value ?? {}) as { apiVersion?: unknown; kind?: unknown };
    const isKnown = versions.some((version) => apiVersion === `${group}/${version}`);
    if (kind !== "KubeSchedulerConfiguration" || !isKnown) {
      const found = `${JSON.stringify(kind) ?? "no kind"} of ${JSON.stringify(apiVersion) ?? "no apiVersion"}`;
      const expected = versions.map((version) => `${group}/${version}`).join(", ");
      this.#problem([], `expected a KubeSchedulerConfiguration of ${expected}, got ${found}`);
      return { ok: false, problems: this.#problems };
    }
    const parsed = schedulerConfiguration.safeParse(this.#document.value);
    if (!parsed.success) {
      this.#refuse(parsed.error, []);
      return { ok: false, problems: this.#problems };
    }
    const { data } = parsed;
    this.#checkProfiles(data.profiles);
    const initial = data.podInitialBackoffSeconds ?? defaultConfiguration.podInitialBackoffSeconds;
    const most = data.podMaxBackoffSeconds ?? defaultConfiguration.podMaxBackoffSeconds;
    if (most < initial)
      this.#problem(
        ["podMaxBackoffSeconds"],
        `expected at least podInitialBackoffSeconds (${initial}), got ${most}`,
      );
    const profiles = data.profiles.map((profile, index) =>
      this.#profile(profile, index, data.profiles.length),
    );
    for (const { urlPrefix } of data.extenders)
      this.#unmodelled.push(`scheduler extender ${urlPrefix === "" ? "(without a URL)" : urlPrefix}`);
    if (this.#problems.length > 0) return { ok: false, problems: this.#problems };
    const configuration: SchedulerConfiguration = {
      profiles: profiles.length === 0 ? defaultConfiguration.profiles : profiles,
      percentageOfNodesToScore: data.percentageOfNodesToScore ?? 0,
      podInitialBackoffSeconds: initial,
      podMaxBackoffSeconds: most,
      usesFirstWeights: apiVersion === `${group}/v1beta2`,
      unmodelled: this.#unmodelled,
    };
    return { ok: true, configuration };
  }

  #checkProfiles(profiles: readonly RawProfile[]): void {
    const seen = new Set<string>();
    for (const [index, { schedulerName }] of profiles.entries()) {
      const path = ["profiles", index, "schedulerName"];
      if (schedulerName === "" && profiles.length > 1)
        this.#problem(path, "expected a name: with several profiles each needs its own");
      else if (seen.has(schedulerName))
        this.#problem(path, `expected a name of its own, got ${schedulerName} again`);
      seen.add(schedulerName);
    }
  }

  #profile(raw: RawProfile, index: number, count: number): SchedulerProfile {
    const isOnly = raw.schedulerName === "" && count === 1;
    const schedulerName = isOnly ? "default-scheduler" : raw.schedulerName;
    this.#findForeign(raw, schedulerName);
    const plugins = Object.fromEntries(
      extensionPoints.map((point): [ExtensionPoint, PluginSet] => {
        const set = raw.plugins?.[point];
        return [
          point,
          { enabled: set?.enabled ?? [], disabled: (set?.disabled ?? []).map(({ name }) => name) },
        ];
      }),
    ) as Record<ExtensionPoint, PluginSet>;
    return {
      schedulerName,
      plugins,
      args: this.#args(raw, index, schedulerName),
      ...(typeof raw.percentageOfNodesToScore === "number"
        ? { percentageOfNodesToScore: raw.percentageOfNodesToScore }
        : {}),
    };
  }

  /** Plugins of others are named once each. */
  #findForeign({ plugins }: RawProfile, schedulerName: string): void {
    const names = pluginPoints.flatMap((point) => plugins?.[point]?.enabled.map(({ name }) => name) ?? []);
    for (const name of new Set(names))
      if (!ownSchedulerPlugins.has(name)) this.#unmodelled.push(`plugin ${name} of profile ${schedulerName}`);
  }

  #args({ pluginConfig }: RawProfile, profile: number, schedulerName: string): PluginArgs {
    const args = { ...defaultPluginArgs };
    const seen = new Set<string>();
    for (const [index, { name, args: raw }] of pluginConfig.entries()) {
      const path = ["profiles", profile, "pluginConfig", index];
      if (seen.has(name)) this.#problem([...path, "name"], `expected one entry for ${name}, got a second`);
      seen.add(name);
      if (!Object.hasOwn(pluginArgs, name)) {
        if (!idleArgs.has(name) && !ownSchedulerPlugins.has(name))
          this.#unmodelled.push(`arguments of plugin ${name} of profile ${schedulerName}`);
        continue;
      }
      const parsed = pluginArgs[name as keyof typeof pluginArgs].safeParse(raw ?? {});
      if (parsed.success) Object.assign(args, parsed.data);
      else this.#refuse(parsed.error, [...path, "args"]);
    }
    return args;
  }

  #refuse(error: z.ZodError, prefix: readonly PropertyKey[]): void {
    for (const issue of error.issues) this.#problem([...prefix, ...issue.path], issue.message);
  }

  #problem(path: readonly PropertyKey[], message: string): void {
    this.#problems.push({
      origin: { ...this.#document.origin, line: this.#document.lineOf(path) },
      ...(path.length > 0 ? { field: formatPath(path) } : {}),
      message,
    });
  }
}
