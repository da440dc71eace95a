/** Ports that drivers take where a URL names none. */
const defaultPorts: Record<string, number> = { postgresql: 5432, mysql: 3306, sqlserver: 1433 };

/** Parameters of a URL that choose a schema or a database; all others are how a driver connects. */
const choosing = /^(currentSchema|databaseName|database)=/i;

/**
 * Which schema a JDBC URL leads to, as text that is equal for two URLs of one schema: host in lower case, with its
 * port, without the parameters that choose nothing. At Oracle a user's name is the schema's.
 */
export function schemaOf(url: string, user = ""): string {
  const [address = "", ...parameters] = url.replace(/^jdbc:mariadb:/, "jdbc:mysql:").split(/[?;&]/);
  const vendor = address.split(":")[1] ?? "";
  const port = defaultPorts[vendor];
  const normal = address.replace(/\/\/([^/]+)/, (_, host: string) => {
    const withPort = port && !/:\d+$/.test(host) ? `${host}:${port}` : host;
    return `//${withPort.toLowerCase()}`;
  });
  const chosen = parameters.filter((each) => choosing.test(each)).sort();
  return [normal, ...chosen, ...(vendor === "oracle" ? [user.toUpperCase()] : [])].join(" ");
}
