import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelErrorsOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/LabelErrorsOptions.md","filePath":"reference/api/baaljs/data/interfaces/LabelErrorsOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/LabelErrorsOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelerrorsoptions" tabindex="-1">Interface: LabelErrorsOptions <a class="header-anchor" href="#interface-labelerrorsoptions" aria-label="Permalink to &quot;Interface: LabelErrorsOptions&quot;">​</a></h1><p>Options of <a href="./../functions/labelErrors.html">labelErrors</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-filter"></a> <code>filter?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/LabelErrorFilter.html"><code>LabelErrorFilter</code></a></td><td><code>&quot;confidentJoint&quot;</code> by default.</td></tr><tr><td><a id="property-rankby"></a> <code>rankBy?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/LabelErrorRanking.html"><code>LabelErrorRanking</code></a></td><td><code>&quot;selfConfidence&quot;</code> by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/LabelErrorsOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelErrorsOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelErrorsOptions as default
};
