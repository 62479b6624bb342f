import { type SchedulerBehaviour, schedulerBehaviour } from "../../facts/scheduler.ts";
import type {
  ExtensionPoint,
  PluginArgs,
  PluginSet,
  SchedulerConfiguration,
  SchedulerProfile,
} from "../../model/scheduler-profile.ts";
import type { FilterPlugin, ScorePlugin } from "../plugins/plugin.ts";
import { filterPlugins, scorePlugins } from "../plugins/registry.ts";

/** A profile ready to run: its plugins in order. Source: pkg/scheduler/framework/runtime/framework.go. */
export interface Framework {
  readonly schedulerName: string;
  readonly behaviour: SchedulerBehaviour;
  readonly args: PluginArgs;
  /** 0: the scheduler chooses. */
  readonly percentageOfNodesToScore: number;
  readonly isGated: boolean;
  readonly preFilter: readonly FilterPlugin[];
  readonly filter: readonly FilterPlugin[];
  readonly postFilter: readonly string[];
  readonly score: readonly { readonly plugin: ScorePlugin; readonly weight: number }[];
}

type Enabled = { readonly name: string; readonly weight: number };

/** The frameworks of a configuration, by scheduler name, as the scheduler of this minor sets them up. */
export function frameworksOf(
  configuration: SchedulerConfiguration,
  behaviour: SchedulerBehaviour,
): ReadonlyMap<string, Framework> {
  return new Map(
    configuration.profiles.map((profile) => [
      profile.schedulerName,
      frameworkOf(profile, configuration, behaviour),
    ]),
  );
}

function frameworkOf(
  profile: SchedulerProfile,
  configuration: SchedulerConfiguration,
  behaviour: SchedulerBehaviour,
): Framework {
  const defaults = configuration.usesFirstWeights ? schedulerBehaviour({ major: 1, minor: 22 }) : behaviour;
  const names = (point: ExtensionPoint, base: readonly string[], has: (name: string) => boolean) =>
    pluginsAt(profile, point, base.map(unweighted), has).map(({ name }) => name);
  const isFilter = (name: string) => filterPlugins.has(name);
  const isPreFilter = (name: string) => filterPlugins.get(name)?.preFilter !== undefined;
  const isPostFilter = (name: string) => behaviour.postFilter.includes(name);
  const preFilter = names("preFilter", behaviour.preFilter, isPreFilter);
  const filter = names("filter", behaviour.filter, isFilter);
  // In minors in which a plugin had no PreFilter yet, it found out in Filter what we find out once.
  const preparedAtFilter = filter.filter((name) => isPreFilter(name) && !behaviour.preFilter.includes(name));
  const gates = names("preEnqueue", ["SchedulingGates"], (name) => name === "SchedulingGates");
  const score = pluginsAt(profile, "score", defaults.score, (name) => scorePlugins.has(name));
  return {
    schedulerName: profile.schedulerName,
    behaviour,
    args: profile.args,
    percentageOfNodesToScore: profile.percentageOfNodesToScore ?? configuration.percentageOfNodesToScore,
    isGated: gates.length > 0,
    preFilter: known([...preFilter, ...preparedAtFilter], filterPlugins),
    filter: known(filter, filterPlugins),
    postFilter: names("postFilter", behaviour.postFilter, isPostFilter),
    score: score.flatMap(({ name, weight }) => {
      const plugin = scorePlugins.get(name);
      return plugin ? [{ plugin, weight: weight === 0 ? 1 : weight }] : [];
    }),
  };
}

const unweighted = (name: string): Enabled => ({ name, weight: 0 });

function known<T>(names: readonly string[], registry: ReadonlyMap<string, T>): readonly T[] {
  return names.map((name) => registry.get(name)).filter((plugin) => plugin !== undefined);
}

/**
 * The plugins of one extension point. Under `multiPoint` a default plugin keeps its place and may get another weight;
 * what is said at the point itself comes first if it repeats a plugin of multiPoint, else last.
 * Source: apis/config/v1/default_plugins.go (mergePluginSet), framework.go (expandMultiPointPlugins).
 */
function pluginsAt(
  profile: SchedulerProfile,
  point: ExtensionPoint,
  defaults: readonly Enabled[],
  implementsPoint: (name: string) => boolean,
): readonly Enabled[] {
  const here = profile.plugins[point];
  const shared = merge(defaults, profile.plugins.multiPoint, implementsPoint);
  if (here.disabled.includes("*")) return here.enabled;
  const isShared = ({ name }: Enabled) => shared.some((each) => each.name === name);
  const isRepeated = ({ name }: Enabled) => here.enabled.some((each) => each.name === name);
  return [
    ...here.enabled.filter(isShared),
    ...shared.filter((each) => !here.disabled.includes(each.name) && !isRepeated(each)),
    ...here.enabled.filter((each) => !isShared(each)),
  ];
}

function merge(
  defaults: readonly Enabled[],
  { enabled, disabled }: PluginSet,
  implementsPoint: (name: string) => boolean,
): readonly Enabled[] {
  const own = enabled.filter(({ name }) => implementsPoint(name));
  if (disabled.includes("*")) return own;
  const kept = defaults
    .filter(({ name }) => !disabled.includes(name))
    .map((each) => own.find(({ name }) => name === each.name) ?? each);
  return [...kept, ...own.filter(({ name }) => !kept.some((each) => each.name === name))];
}
