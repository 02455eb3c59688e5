import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: Neighbours","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/Neighbours.md","filePath":"reference/api/baaljs/strategies/interfaces/Neighbours.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/Neighbours.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-neighbours" tabindex="-1">Interface: Neighbours <a class="header-anchor" href="#interface-neighbours" aria-label="Permalink to &quot;Interface: Neighbours&quot;">​</a></h1><p>The nearest points of each of Q queries, nearest first.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-distances"></a> <code>distances</code></td><td><code>readonly</code></td><td><code>Float32Array</code></td><td><code>[Q, k]</code>: distances (Euclidean ones not squared).</td></tr><tr><td><a id="property-k"></a> <code>k</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Neighbours per query; fewer than asked for where there are fewer points.</td></tr><tr><td><a id="property-positions"></a> <code>positions</code></td><td><code>readonly</code></td><td><code>Int32Array</code></td><td><code>[Q, k]</code> row-major: <strong>positions</strong> in the points, not dataset indices. Equally near ones by position.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/Neighbours.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const Neighbours = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  Neighbours as default
};
