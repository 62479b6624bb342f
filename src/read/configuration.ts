import { parse } from "yaml";
import { z } from "zod";
import type { FlaggedProgram } from "../facts/control-plane-flags.ts";
import { proportionalFacts } from "../facts/proportional.ts";
import { parseDuration } from "../lib/duration.ts";
import type { Flags } from "../model/command-line.ts";
import type { ClusterConfiguration } from "../model/configuration.ts";
import { parseProportional } from "../model/proportional-autoscaler.ts";
import { fields, list, section } from "./schema/fields.ts";

/**
 * The ConfigMaps of kube-system that are read: how kubeadm, kubelets, kube-proxy, CoreDNS and the autoscaler of cluster DNS
 * are configured.
 */
export function isConfigurationMap(namespace: string, name: string): boolean {
  const isNamed = /^(kubeadm-config|kubelet-config(-1\.\d+)?|kube-proxy|coredns)$/.test(name);
  return namespace === "kube-system" && (isNamed || isProportional(name));
}

function isProportional(name: string): boolean {
  return proportionalFacts.configMaps.some((each) => each === name);
}

/** Of a ConfigMap that is read, the one entry that is; undefined for every other ConfigMap. */
export function keptConfigMap(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const { metadata, data, ...rest } = value as {
    readonly metadata?: { readonly namespace?: unknown; readonly name?: unknown };
    readonly data?: Readonly<Record<string, unknown>>;
  };
  const [namespace, name] = [metadata?.namespace, metadata?.name];
  if (typeof namespace !== "string" || typeof name !== "string" || !isConfigurationMap(namespace, name))
    return undefined;
  const [key] = partOf(name, data ?? {});
  return { ...rest, metadata: { namespace, name }, data: { [key]: data?.[key] } };
}

/** Up to 1.23 there is a kubelet-config for each minor, and those of older ones stay: the newest counts. */
export function configurationRank(name: string): number {
  const minor = /^kubelet-config-1\.(\d+)$/.exec(name)?.[1];
  return minor === undefined ? Infinity : Number(minor);
}

/** A part of a cluster's configuration, or what is wrong with the ConfigMap and in which field. */
export type ConfigurationPart =
  | { readonly ok: true; readonly part: ClusterConfiguration }
  | { readonly ok: false; readonly field: string; readonly message: string };

/** Reads the `data` of one of these ConfigMaps. An entry that is missing tells nothing. */
export function readConfigurationMap(
  name: string,
  data: Readonly<Record<string, unknown>>,
): ConfigurationPart {
  const [key, read] = partOf(name, data);
  const value = data[key];
  if (value === undefined) return { ok: true, part: {} };
  if (typeof value !== "string") return { ok: false, field: `data.${key}`, message: "expected text" };
  try {
    return { ok: true, part: read(value) };
  } catch (error) {
    const message = error instanceof z.ZodError ? sentence(error) : firstLine(error);
    return { ok: false, field: `data.${key}`, message };
  }
}

function partOf(
  name: string,
  data: Readonly<Record<string, unknown>>,
): readonly [key: string, read: (text: string) => ClusterConfiguration] {
  if (isProportional(name)) {
    const key = Object.hasOwn(data, "ladder") ? "ladder" : "linear";
    return [key, (text) => proportional(name, key, text)];
  }
  if (name === "kubeadm-config")
    return ["ClusterConfiguration", (text) => ({ kubeadm: kubeadm.parse(parse(text)) })];
  if (name === "kube-proxy") return ["config.conf", (text) => ({ kubeProxy: kubeProxy.parse(parse(text)) })];
  if (name === "coredns") return ["Corefile", (text) => ({ coreDNS: corefile(text) })];
  return ["kubelet", (text) => ({ kubelet: kubelet.parse(parse(text)) })];
}

/** Without parameters that can be used, the autoscaler goes by others. */
function proportional(name: string, key: string, text: string): ClusterConfiguration {
  const parameters = parseProportional(JSON.stringify({ [key]: text }));
  return parameters ? { proportional: { [name]: parameters } } : {};
}

function sentence(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join(".")}: ${issue.message}` : "not understood";
}

function firstLine(error: unknown): string {
  return `not YAML: ${String(error instanceof Error ? error.message : error).split("\n")[0] ?? ""}`;
}

/** Without what is undefined: a field that is not set is not there. */
function compact<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const optionalFlag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);

/** Milliseconds; `0s` is written for what is not set (metav1.Duration). */
const duration = z
  .string()
  .nullish()
  .transform((value) => {
    const millis = value === null || value === undefined ? undefined : parseDuration(value);
    return millis === 0 ? undefined : millis;
  });

/** A map up to v1beta3, a list of names and values from v1beta4 on. */
const extraArgs = z
  .union([
    z.record(z.string(), scalar),
    list(fields({ name: z.string(), value: scalar })).transform((args): Flags =>
      Object.fromEntries(args.map(({ name, value }) => [name, value])),
    ),
  ])
  .nullish()
  .transform((value): Flags => value ?? {});

const component = section({ extraArgs });

const kubeadm = section({
  kubernetesVersion: z.string().nullish(),
  etcd: section({ external: z.unknown().optional() }),
  certificateValidityPeriod: duration,
  apiServer: component,
  controllerManager: component,
  scheduler: component,
}).transform(({ kubernetesVersion, etcd, certificateValidityPeriod, ...components }) => ({
  kubernetesVersion: kubernetesVersion ?? "",
  etcd: etcd.external === undefined || etcd.external === null ? ("local" as const) : ("external" as const),
  ...compact({ certificateValidityMillis: certificateValidityPeriod }),
  extraArgs: {
    "kube-apiserver": components.apiServer.extraArgs,
    "kube-controller-manager": components.controllerManager.extraArgs,
    "kube-scheduler": components.scheduler.extraArgs,
  } satisfies Record<FlaggedProgram, Flags>,
}));

const kubelet = section({
  rotateCertificates: optionalFlag,
  serverTLSBootstrap: optionalFlag,
  cgroupDriver: z
    .string()
    .nullish()
    .transform((value) => value ?? undefined),
  failCgroupV1: optionalFlag,
  nodeLeaseDurationSeconds: z
    .number()
    .nullish()
    .transform((value) => value || undefined),
  shutdownGracePeriod: duration,
  shutdownGracePeriodCriticalPods: duration,
}).transform(compact);

const kubeProxy = section({ mode: z.string().nullish() }).transform(({ mode }) => ({ mode: mode ?? "" }));

/** CoreDNS goes on answering for the lameduck time of its health plugin. Source: coredns.io, plugin health. */
function corefile(text: string): NonNullable<ClusterConfiguration["coreDNS"]> {
  const lameduck = /^\s*lameduck\s+(\S+)/m.exec(text.replaceAll(/#.*$/gm, ""))?.[1];
  return compact({ lameduckMillis: lameduck === undefined ? undefined : parseDuration(lameduck) });
}
