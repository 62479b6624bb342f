import { type ApiResource, apiResources, resourceOfKind } from "../facts/api-resources.ts";

/** The names under which kubectl knows a kind, and how it prints it. */

/** The resource that a word on the command line means (`deploy`, `deployments`, `deployment.apps`), or undefined. */
export function resourceNamed(word: string): ApiResource | undefined {
  const [name = "", ...group] = word.toLowerCase().split(".");
  return apiResources.find(
    (resource) =>
      (resource.plural === name || resource.kind.toLowerCase() === name || resource.short.includes(name)) &&
      (group.length === 0 || group.join(".").endsWith(resource.group)),
  );
}

/** `deployment.apps/web`, `node/n1`: how kubectl names an object it has changed. */
export function objectName(kind: string, name: string): string {
  const group = resourceOfKind(kind)?.group ?? "";
  return `${kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${name}`;
}

/** `deployments.apps "web" not found`: how the API server names what is missing. */
export function pluralName(kind: string): string {
  const resource = resourceOfKind(kind);
  if (!resource) return kind.toLowerCase();
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}
