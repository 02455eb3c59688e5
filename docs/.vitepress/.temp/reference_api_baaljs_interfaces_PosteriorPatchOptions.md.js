import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PosteriorPatchOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/PosteriorPatchOptions.md","filePath":"reference/api/baaljs/interfaces/PosteriorPatchOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/PosteriorPatchOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-posteriorpatchoptions" tabindex="-1">Interface: PosteriorPatchOptions <a class="header-anchor" href="#interface-posteriorpatchoptions" aria-label="Permalink to &quot;Interface: PosteriorPatchOptions&quot;">​</a></h1><p>Weights sampled from a distribution: a <code>DeepEnsemble</code>, a Laplace approximation, or one of your own.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-posterior"></a> <code>posterior</code></td><td><code>readonly</code></td><td><a href="./WeightPosterior.html"><code>WeightPosterior</code></a></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/PosteriorPatchOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PosteriorPatchOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PosteriorPatchOptions as default
};
