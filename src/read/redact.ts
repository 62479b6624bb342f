import { isOldVersion } from "../facts/api-removals.ts";
import { keptCommand } from "./flags.ts";

/**
 * What a snapshot may hold: everything that a rehearsal reads, and nothing that is nobody else's business. Commands,
 * arguments and environments of containers go, but for the control plane's flags that are read; annotations that carry
 * whole manifests too, of which only the apiVersion stays, as it tells in which version an object was last applied. Of
 * managed fields stays who wrote in a version that goes.
 */

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Annotations longer than this carry a document, not a word. */
const longestAnnotation = 512;

/** Fields of containers that a rehearsal does not read. */
const containerFields: ReadonlySet<string> = new Set(["args", "command", "env", "envFrom"]);
const containerLists: ReadonlySet<string> = new Set(["containers", "initContainers", "ephemeralContainers"]);

type Json = Readonly<Record<string, unknown>>;

/** The object without what a snapshot may not hold. */
export function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, field]): (readonly [string, unknown])[] => {
    // The shape of a custom resource is long, and says nothing about an upgrade.
    if (key === "openAPIV3Schema") return [];
    if (key === "managedFields") {
      const writers = Array.isArray(field) ? field.flatMap(redactedManager) : [];
      return writers.length === 0 ? [] : [[key, writers]];
    }
    // Of a KubeadmControlPlane, the files, users and commands of its machines.
    if (key === "kubeadmConfigSpec") return [];
    // Of a CertificateSigningRequest, what is to be signed.
    if (key === "request" && typeof field === "string") return [];
    if (key === "annotations" && isObject(field)) return [[key, redactedAnnotations(field)]];
    if (containerLists.has(key) && Array.isArray(field)) return [[key, field.map(redactedContainer)]];
    return [[key, redacted(field)]];
  });
  return Object.fromEntries(entries);
}

/** Who wrote in an API version that goes, and when; not which fields. */
function redactedManager(entry: unknown): unknown[] {
  if (!isObject(entry)) return [];
  const { manager, operation, apiVersion, time } = entry;
  if (typeof apiVersion !== "string" || !isOldVersion(apiVersion)) return [];
  return [{ manager, operation, apiVersion, time }];
}

function redactedContainer(container: unknown): unknown {
  if (!isObject(container)) return container;
  const kept = Object.entries(container).filter(([key]) => !containerFields.has(key));
  const { image, command, args } = container;
  const words = { image: String(image), command: textsOf(command), args: textsOf(args) };
  const own = keptCommand(words);
  return redacted({ ...Object.fromEntries(kept), ...(own ? { command: own } : {}) });
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function redactedAnnotations(annotations: Json): Json {
  const entries = Object.entries(annotations).flatMap(([key, text]): (readonly [string, unknown])[] => {
    if (key === lastApplied) return [[key, appliedVersion(text)]];
    return typeof text === "string" && text.length > longestAnnotation ? [] : [[key, text]];
  });
  return Object.fromEntries(entries);
}

function appliedVersion(text: unknown): string {
  try {
    const { apiVersion, kind } = JSON.parse(String(text)) as Json;
    return JSON.stringify({ apiVersion, kind });
  } catch {
    return "{}";
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
