import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LbfgsOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/LbfgsOptions.md","filePath":"reference/api/baaljs/engine/interfaces/LbfgsOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/LbfgsOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-lbfgsoptions" tabindex="-1">Interface: LbfgsOptions <a class="header-anchor" href="#interface-lbfgsoptions" aria-label="Permalink to &quot;Interface: LbfgsOptions&quot;">​</a></h1><p>Options of <a href="./../functions/minimiseLbfgs.html">minimiseLbfgs</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-maxiterations"></a> <code>maxIterations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Most steps; 200 by default.</td></tr><tr><td><a id="property-memory"></a> <code>memory?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>How many past steps describe the curvature; 10 by default.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr><tr><td><a id="property-tolerance"></a> <code>tolerance?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Converged when no component of the gradient is larger; 1e-5 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/LbfgsOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LbfgsOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LbfgsOptions as default
};
