/** The long form of an image's name, in which nodes report it: `nginx` is `docker.io/library/nginx:latest`. */
export function longImageName(image: string): string {
  const slash = image.indexOf("/");
  const registry = slash < 0 ? "" : image.slice(0, slash);
  const isHost = registry.includes(".") || registry.includes(":") || registry === "localhost";
  const full = isHost ? image : slash < 0 ? `docker.io/library/${image}` : `docker.io/${image}`;
  return full.lastIndexOf(":") > full.lastIndexOf("/") || full.includes("@") ? full : `${full}:latest`;
}
