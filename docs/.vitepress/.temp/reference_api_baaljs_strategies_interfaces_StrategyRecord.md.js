import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: StrategyRecord<Options>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/StrategyRecord.md","filePath":"reference/api/baaljs/strategies/interfaces/StrategyRecord.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/StrategyRecord.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-strategyrecord-options" tabindex="-1">Interface: StrategyRecord&lt;Options&gt; <a class="header-anchor" href="#interface-strategyrecord-options" aria-label="Permalink to &quot;Interface: StrategyRecord\\&lt;Options\\&gt;&quot;">​</a></h1><p>All that lists, checks and tables know of a strategy; of one over a heuristic, the heuristic&#39;s options and needs too.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th><th>Default type</th></tr></thead><tbody><tr><td><a id="type-parameter-options"></a> <code>Options</code></td><td><a href="./../type-aliases/StrategyOptions.html"><code>StrategyOptions</code></a></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-doc"></a> <code>doc</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The items that it picks, in one line.</td></tr><tr><td><a id="property-fewestdraws"></a> <code>fewestDraws</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Draws per item that it takes at least, with default options; 0 where it does not look at predictions.</td></tr><tr><td><a id="property-make"></a> <code>make</code></td><td><code>readonly</code></td><td>(<code>options?</code>) =&gt; <a href="./Strategy.html"><code>Strategy</code></a></td><td>Makes it. Throws <code>E_ARGUMENT</code> for options out of range.</td></tr><tr><td><a id="property-name"></a> <code>name</code></td><td><code>readonly</code></td><td><code>string</code></td><td>As it is printed; any case of letters finds it.</td></tr><tr><td><a id="property-needs"></a> <code>needs</code></td><td><code>readonly</code></td><td>readonly <a href="./../../heuristics/type-aliases/Need.html"><code>Need</code></a>[]</td><td>With default options.</td></tr><tr><td><a id="property-options"></a> <code>options</code></td><td><code>readonly</code></td><td><a href="./../../heuristics/type-aliases/OptionRules.html"><code>OptionRules</code></a></td><td>The options that a configuration can set.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/StrategyRecord.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const StrategyRecord = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  StrategyRecord as default
};
