import "@fontsource-variable/inter";
import "./styles/tokens.css";
import "./styles/page.css";
import "./styles/table.css";
import "./styles/panels.css";
import { render } from "preact";
import { App } from "./components/app.tsx";
import { openDemo } from "./demo/open.ts";
import { applySettings } from "./settings.ts";
import { startTime } from "./time.ts";

applySettings();
startTime();
render(<App />, document.getElementById("page") as HTMLElement);
openDemo();
