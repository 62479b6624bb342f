import { namingFlags, readFlags } from "../facts/autoscaler-flags.ts";
import { namesSomebody, Pseudonyms, wordsOf } from "./pseudonyms.ts";

/**
 * Raw objects with other names: whose cluster it is can be read from them no more, while a rehearsal of it goes as before.
 * Two readings are needed, as a name's pseudonym depends on all the others: {@link Anonymizer.learn} each object first,
 * then take its {@link Anonymizer.anonymous} twin.
 */
export class Anonymizer {
  readonly #words = new Set<string>();
  readonly #addresses = new Set<string>();
  #pseudonyms: Pseudonyms | undefined;
  #addressOf: ReadonlyMap<string, string> = new Map();

  /** Takes in the names of an object. */
  learn(object: unknown): void {
    withNames(object, (text) => {
      if (isAddress.test(text)) this.#addresses.add(withoutLength(text));
      else for (const word of wordsOf(text)) this.#words.add(word);
      return text;
    });
  }

  /** The object, which has to be among those that were learnt, under other names. */
  anonymous(object: unknown): unknown {
    this.#pseudonyms ??= new Pseudonyms(this.#words);
    if (this.#addressOf.size === 0) this.#addressOf = otherAddresses(this.#addresses);
    const pseudonyms = this.#pseudonyms;
    return withNames(withoutClusterUid(object), (text) =>
      isAddress.test(text) ? this.#otherAddress(text) : pseudonyms.of(text),
    );
  }

  #otherAddress(text: string): string {
    const address = withoutLength(text);
    return `${this.#addressOf.get(address) ?? address}${text.slice(address.length)}`;
  }
}

/** By the UID of kube-system a cluster is known (model/cluster-uid.ts). */
function withoutClusterUid(object: unknown): unknown {
  const { kind, metadata } = (object ?? {}) as { readonly kind?: unknown; readonly metadata?: Json };
  if (kind !== "Namespace" || metadata?.["name"] !== "kube-system") return object;
  const { uid: _uid, ...rest } = metadata;
  return { ...(object as Json), metadata: rest };
}

type Rename = (text: string) => string;
type Json = Readonly<Record<string, unknown>>;

/** What a person wrote, or a machine for persons to read: nothing reads it here. */
const dropped: ReadonlySet<string> = new Set([
  "message",
  "note",
  "parameters",
  "volumeAttributes",
  "caBundle",
  "request",
  "certificate",
]);

/** Objects whose fields are names themselves. */
const namesByName: ReadonlySet<string> = new Set([
  "annotations",
  "labels",
  "matchLabels",
  "nodeSelector",
  "allocatable",
  "allocated",
  "allocatedResources",
  "capacity",
  "hard",
  "limits",
  "overhead",
  "requests",
  "usage",
  "used",
]);

/** Machines describe themselves in words that are alike everywhere. */
const machineWords: ReadonlySet<string> = new Set([
  "architecture",
  "containerRuntimeVersion",
  "kernelVersion",
  "kubeProxyVersion",
  "kubeletVersion",
  "operatingSystem",
  "osImage",
]);

/** The object with each name in it replaced, whatever the fields are called. */
function withNames(value: unknown, rename: Rename): unknown {
  if (typeof value === "string") return isStructure(value) ? value : rename(value);
  if (Array.isArray(value)) return value.map((item) => withNames(item, rename));
  if (!isObject(value)) return value;
  const isOwn = isOfOwnGroup(value);
  const entries = Object.entries(value)
    .filter(([key]) => !dropped.has(key))
    .map(
      ([key, field]) => [key, isOwn ? ownFieldOf(key, field, rename) : fieldOf(key, field, rename)] as const,
    );
  return Object.fromEntries(entries);
}

/** A custom resource, a reference to one, or the definition of its kind, in a group that names somebody. */
function isOfOwnGroup({ apiVersion, group }: Json): boolean {
  return [apiVersion, group].some((each) => typeof each === "string" && namesSomebody(each));
}

/** There a kind is a name like others. */
function ownFieldOf(key: string, field: unknown, rename: Rename): unknown {
  if (key === "kind") return named(field, rename);
  if (key !== "names" || !isObject(field)) return fieldOf(key, field, rename);
  return Object.fromEntries(
    Object.entries(field).map(([each, name]) => [
      each,
      Array.isArray(name) ? name.map((one) => named(one, rename)) : named(name, rename),
    ]),
  );
}

function fieldOf(key: string, field: unknown, rename: Rename): unknown {
  if (machineWords.has(key)) return field;
  if (key === "command" && Array.isArray(field)) return field.map((word) => flagged(word, rename));
  if (isObject(field) && (namesByName.has(key) || isPlainSelector(key, field))) return names(field, rename);
  if (key === "values" && Array.isArray(field)) return field.map((each) => named(each, rename));
  if (key === "name" || key === "namespace" || key === "value") return named(field, rename);
  return withNames(field, rename);
}

const flagNames: ReadonlySet<string> = new Set(Object.values(readFlags).flat());

/** A word of a command line that a snapshot keeps: a program's name, or one of its flags. */
function flagged(word: unknown, rename: Rename): unknown {
  if (typeof word !== "string" || Object.hasOwn(readFlags, word)) return word;
  const [, flag = "", value = ""] = /^--([a-z-]+)=(.*)$/s.exec(word) ?? [];
  if (!flagNames.has(flag)) return rename(word);
  if (!namingFlags.has(flag) && !value.startsWith("/")) return word;
  // `Deployment/coredns`: the kind is no name.
  const parts = value.split("/").map((part) => (isOwnWord.test(part) ? part : rename(part)));
  return `--${flag}=${parts.join("/")}`;
}

/** A Service's selector: labels without `matchLabels` around them. */
function isPlainSelector(key: string, field: Json): boolean {
  return key === "selector" && Object.values(field).every((each) => typeof each === "string");
}

function names(value: Json, rename: Rename): Json {
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [rename(key), named(text, rename)]));
}

/** A name may look like a word of Kubernetes' own. */
function named(value: unknown, rename: Rename): unknown {
  if (typeof value !== "string") return withNames(value, rename);
  return isReadAsIs.test(value) ? value : rename(value);
}

const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)";
const uid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const amount = "[+-]?\\d+(?:\\.\\d+)?(?:[eE]\\d+|m|n|u|k|[KMGTPE]i?|%|ms|s|h)?";
const isReadAsIs = new RegExp(`^(?:${time}|${uid}|${amount}|true|false)$`);

/** `RollingUpdate`, `IfNotPresent`, `TCP`: what Kubernetes itself calls things. */
const isOwnWord = /^[A-Z][A-Za-z0-9]*$/;

function isStructure(text: string): boolean {
  return isReadAsIs.test(text) || isOwnWord.test(text);
}

const isAddress = /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?=.*:.*:)[0-9a-fA-F:]+)(?:\/\d{1,3})?$/;

function withoutLength(address: string): string {
  return address.replace(/\/\d+$/, "");
}

/** Private addresses, one for one. */
function otherAddresses(addresses: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map(
    [...addresses].map((address, index) => {
      const number = index + 1;
      if (address.includes(":"))
        return [address, `fd00::${(number >> 16).toString(16)}:${(number & 0xffff).toString(16)}`];
      return [address, `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`];
    }),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
