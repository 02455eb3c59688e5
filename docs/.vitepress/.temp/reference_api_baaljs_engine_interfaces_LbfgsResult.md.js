import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LbfgsResult","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/LbfgsResult.md","filePath":"reference/api/baaljs/engine/interfaces/LbfgsResult.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/LbfgsResult.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-lbfgsresult" tabindex="-1">Interface: LbfgsResult <a class="header-anchor" href="#interface-lbfgsresult" aria-label="Permalink to &quot;Interface: LbfgsResult&quot;">​</a></h1><p>Where <a href="./../functions/minimiseLbfgs.html">minimiseLbfgs</a> ended.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-evaluations"></a> <code>evaluations</code></td><td><code>readonly</code></td><td><code>number</code></td><td>How often the function was evaluated.</td></tr><tr><td><a id="property-hasconverged"></a> <code>hasConverged</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>-</td></tr><tr><td><a id="property-iterations"></a> <code>iterations</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-value"></a> <code>value</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/LbfgsResult.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LbfgsResult = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LbfgsResult as default
};
