import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: Features","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/Features.md","filePath":"reference/api/baaljs/heuristics/interfaces/Features.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/Features.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-features" tabindex="-1">Interface: Features <a class="header-anchor" href="#interface-features" aria-label="Permalink to &quot;Interface: Features&quot;">​</a></h1><p>One vector per item, row-major <code>features_N_D</code>: what the model&#39;s last linear layer reads (dropout off), or any embedding. <code>indices</code> are the dataset indices of the N items, in the order of <code>data</code>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-data"></a> <code>data</code></td><td><code>readonly</code></td><td><code>Float32Array</code></td></tr><tr><td><a id="property-indices"></a> <code>indices</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td></tr><tr><td><a id="property-shape"></a> <code>shape</code></td><td><code>readonly</code></td><td>readonly [<code>number</code>, <code>number</code>]</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/Features.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const Features = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  Features as default
};
