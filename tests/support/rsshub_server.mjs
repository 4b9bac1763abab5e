// A real RSSHub on loopback, from its npm package: node rsshub_server.mjs NODE_MODULES
// Prints "listening PORT". The package offers single requests only, so its app is served as its own
// start script does.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = join(process.argv[2], "rsshub");
const load = (path) => import(pathToFileURL(path));
const { serve } = await load(createRequire(join(folder, "package.json")).resolve("@hono/node-server"));
const entry = join(folder, "dist-lib", "pkg.mjs");
const settings = { IS_PACKAGE: "", ACCESS_KEY: process.env.ACCESS_KEY, NO_LOGFILES: "true", LOGGER_LEVEL: "error" };
await (await load(entry)).init(settings);
const app = /import\("\.\/(app-[^"]+\.mjs)"\)/.exec(readFileSync(entry, "utf8"))[1];
const { default: service } = await load(join(folder, "dist-lib", app));
serve({ fetch: service.fetch, hostname: "127.0.0.1", port: 0 }, (at) => console.log(`listening ${at.port}`));
