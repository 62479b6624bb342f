import { BlockList, isIP } from "node:net";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy through which a server is spoken to, as the environment has it for every Go program, kubectl among them;
 * undefined where it is spoken to directly, as on loopback always. Source: golang.org/x/net http/httpproxy/proxy.go.
 */
export function proxyFor(server: string, env: Environment): string | undefined {
  const url = URL.parse(server);
  if (!url) return undefined;
  const isSecure = url.protocol === "https:";
  const proxy = isSecure ? valueOf("HTTPS_PROXY", env) : valueOf("HTTP_PROXY", env);
  if (proxy === "" || isDirect(url, valueOf("NO_PROXY", env))) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function valueOf(name: string, env: Environment): string {
  return env[name] || env[name.toLowerCase()] || "";
}

function isDirect({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  if (host === "localhost" || isWithin(host, "127.0.0.0/8") || host === "::1") return true;
  const ownPort = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  return noProxy
    .split(",")
    .map((each) => each.trim().toLowerCase())
    .some((each) => each === "*" || (each !== "" && isNamed(each, host, ownPort)));
}

function isNamed(pattern: string, host: string, ownPort: string): boolean {
  if (pattern.includes("/")) return isWithin(host, pattern);
  const [, bracketed, named, port] = /^(?:\[([^\]]+)\]|([^:]+|.*:.*:.*))(?::(\d+))?$/.exec(pattern) ?? [];
  const name = bracketed ?? named ?? pattern;
  if (port !== undefined && port !== ownPort) return false;
  if (isIP(name) > 0 || isIP(host) > 0) return name === host;
  const domain = name.replace(/^\*/, "");
  return domain.startsWith(".") ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

function isWithin(host: string, network: string): boolean {
  const [address = "", bits] = network.split("/");
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits ?? "")) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  try {
    list.addSubnet(address, Number(bits), type);
  } catch {
    return false;
  }
  return list.check(host, type);
}
