import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PerturbTokensOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/PerturbTokensOptions.md","filePath":"reference/api/baaljs/interfaces/PerturbTokensOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/PerturbTokensOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-perturbtokensoptions" tabindex="-1">Interface: PerturbTokensOptions <a class="header-anchor" href="#interface-perturbtokensoptions" aria-label="Permalink to &quot;Interface: PerturbTokensOptions&quot;">​</a></h1><p>Options of <a href="./../functions/perturbTokens.html">perturbTokens</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-masktokenid"></a> <code>maskTokenId?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Lost tokens become this one. By default they are deleted.</td></tr><tr><td><a id="property-share"></a> <code>share?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Probability that a token is lost; 0.2 by default, in (0, 1).</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/PerturbTokensOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PerturbTokensOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PerturbTokensOptions as default
};
