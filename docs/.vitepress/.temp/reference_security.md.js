import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Security","description":"","frontmatter":{},"headers":[],"relativePath":"reference/security.md","filePath":"reference/security.md"}');
const _sfc_main = { name: "reference/security.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="security" tabindex="-1">Security <a class="header-anchor" href="#security" aria-label="Permalink to &quot;Security&quot;">​</a></h1><p>The newest minor version gets fixes.</p><p>A contact address is not set up yet. Until it is, report a weakness by the private &quot;Report a vulnerability&quot; form of the repository&#39;s Security page, where the host offers one, and not in a public issue. Say which version, what an attacker needs, and what follows; a small example helps most.</p><h2 id="what-is-defended" tabindex="-1">What is defended <a class="header-anchor" href="#what-is-defended" aria-label="Permalink to &quot;What is defended&quot;">​</a></h2><table tabindex="0"><thead><tr><th>where</th><th>what</th></tr></thead><tbody><tr><td>the server (<code>baal serve</code>)</td><td>listens on 127.0.0.1 unless told otherwise; basic auth, a secret for webhooks, HTTPS; names by which it may be called, foreign origins and bodies that are no JSON refused; limits of size, depth and values before anything is parsed; security headers; without the secret <code>/webhook</code> is open, without a password everything is, and the server warns</td></tr><tr><td>images that tasks name</td><td>addresses of the server&#39;s own machine and of local networks are refused, redirects included, unless they are named; sizes, times and pixel counts are limited; SVG is not read</td></tr><tr><td>tokens</td><td>go to their own host only; never into logs, statuses or error messages</td></tr><tr><td>model files</td><td>safetensors, ONNX and JSON are parsed with bounds; pickles are never read; nothing from a model folder or the hub is executed</td></tr><tr><td>archives</td><td>paths in a <code>.tar</code> cannot leave the folder; a backup that does not fit onto the disk is refused before it is unpacked</td></tr><tr><td>state</td><td>written atomically; one process per folder; folders 0700, files 0600</td></tr></tbody></table><h2 id="what-is-not" tabindex="-1">What is not <a class="header-anchor" href="#what-is-not" aria-label="Permalink to &quot;What is not&quot;">​</a></h2><p>Who may call <code>/predict</code> may make the server compute and fetch images that tasks name. A data folder is trusted: who can write it can change what the model learns. Labels come from people, and a model learns wrong ones, too (<code>baaljs/data</code> finds doubtful ones).</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/security.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const security = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  security as default
};
