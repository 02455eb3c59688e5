import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DawidSkeneOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/DawidSkeneOptions.md","filePath":"reference/api/baaljs/data/interfaces/DawidSkeneOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/DawidSkeneOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-dawidskeneoptions" tabindex="-1">Interface: DawidSkeneOptions <a class="header-anchor" href="#interface-dawidskeneoptions" aria-label="Permalink to &quot;Interface: DawidSkeneOptions&quot;">​</a></h1><p>How a Dawid-Skene estimate is made.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-maxiterations"></a> <code>maxIterations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>At most so many; 200 by default.</td></tr><tr><td><a id="property-smoothing"></a> <code>smoothing?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Answers that each annotator is taken to have given before any came: so many right ones per class, and as many wrong ones spread over the others with half of that. 0 (default) is the paper&#39;s maximum likelihood, which trusts who has answered once; a server with few answers takes 1.</td></tr><tr><td><a id="property-tolerance"></a> <code>tolerance?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Steps end when no probability of an item has changed by more; 1e-6 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/DawidSkeneOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DawidSkeneOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DawidSkeneOptions as default
};
