import { render } from "preact";
import "./page.css";
import { sendAnswers } from "./client/answers.js";
import { listen } from "./client/live.js";
import { followLinks } from "./client/router.js";
import { keepTheme } from "./client/theme.js";
import { releaseClicked } from "./keys/keyboard.js";
import { Shell } from "./shell/shell.js";

keepTheme();
followLinks();
releaseClicked();
listen();
sendAnswers();
render(<Shell />, document.getElementById("page")!);
