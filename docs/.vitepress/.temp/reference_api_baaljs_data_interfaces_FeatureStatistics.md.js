import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: FeatureStatistics","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/FeatureStatistics.md","filePath":"reference/api/baaljs/data/interfaces/FeatureStatistics.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/FeatureStatistics.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-featurestatistics" tabindex="-1">Interface: FeatureStatistics <a class="header-anchor" href="#interface-featurestatistics" aria-label="Permalink to &quot;Interface: FeatureStatistics&quot;">​</a></h1><p>Mean and standard deviation of each feature, <code>[D]</code>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-deviation"></a> <code>deviation</code></td><td><code>readonly</code></td><td><code>Float32Array</code></td></tr><tr><td><a id="property-mean"></a> <code>mean</code></td><td><code>readonly</code></td><td><code>Float32Array</code></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/FeatureStatistics.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const FeatureStatistics = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  FeatureStatistics as default
};
