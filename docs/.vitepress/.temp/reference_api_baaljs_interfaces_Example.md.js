import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: Example<Input>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/Example.md","filePath":"reference/api/baaljs/interfaces/Example.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/Example.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-example-input" tabindex="-1">Interface: Example&lt;Input&gt; <a class="header-anchor" href="#interface-example-input" aria-label="Permalink to &quot;Interface: Example\\&lt;Input\\&gt;&quot;">​</a></h1><p>One item of a data set. <code>index</code> is its dataset index: the name of the item everywhere, in views of the data set too.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th></tr></thead><tbody><tr><td><a id="type-parameter-input"></a> <code>Input</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-index"></a> <code>index</code></td><td><code>readonly</code></td><td><code>number</code></td></tr><tr><td><a id="property-input"></a> <code>input</code></td><td><code>readonly</code></td><td><code>Input</code></td></tr><tr><td><a id="property-target"></a> <code>target</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Target.html"><code>Target</code></a></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/Example.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const Example = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  Example as default
};
