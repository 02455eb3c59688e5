import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ScoreContext","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/ScoreContext.md","filePath":"reference/api/baaljs/heuristics/interfaces/ScoreContext.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/ScoreContext.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-scorecontext" tabindex="-1">Interface: ScoreContext <a class="header-anchor" href="#interface-scorecontext" aria-label="Permalink to &quot;Interface: ScoreContext&quot;">​</a></h1><p>Evidence that some scores need beside the item&#39;s own draws.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-labelled"></a> <code>labelled?</code></td><td><code>readonly</code></td><td><a href="./LabelledItems.html"><code>LabelledItems</code></a></td></tr><tr><td><a id="property-target"></a> <code>target?</code></td><td><code>readonly</code></td><td><a href="./Predictions.html"><code>Predictions</code></a></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/ScoreContext.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ScoreContext = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ScoreContext as default
};
