import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: Intervals","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/Intervals.md","filePath":"reference/api/baaljs/metrics/interfaces/Intervals.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/Intervals.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-intervals" tabindex="-1">Interface: Intervals <a class="header-anchor" href="#interface-intervals" aria-label="Permalink to &quot;Interface: Intervals&quot;">​</a></h1><p>The bounds that targets are expected in, <code>[N, C]</code> each.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-high_n_c"></a> <code>high_N_C</code></td><td><code>readonly</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td></tr><tr><td><a id="property-low_n_c"></a> <code>low_N_C</code></td><td><code>readonly</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/Intervals.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const Intervals = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  Intervals as default
};
